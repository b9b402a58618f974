import { words } from '../template.ts';

/** General English vocabulary, shared by every topic. */
export const ENGLISH = {
  first:
    words(`Amelia Oliver Priya Mateusz Ingrid Yusuf Chloe Dmitri Fatima Lucas Noor Hannah Tomas Leila Owen
    Sakura Rafael Greta Kwame Elena Jasper Mei Anton Bianca Callum Daria Emil Freya Gustavo Helena Ivan Joanna
    Kofi Lena Marco Nadia Oscar Paula Quentin Rosa Stefan Tamsin Ulrich Vera Wanda Xavier Yara Zofia Arjun Beatrix
    Cedric Delphine Esteban Fiona Gareth Hiro Isolde Jonas Katarina Liam Miriam Nikhil Orla Pavel Rhea Soren Thandi
    Umberto Violet Walter Ximena Yannick Zara Abdul Brigitte Conor Deepika Elias Farah Gideon Hye-jin Ismael`),
  last: words(`Abernathy Bergström Castellano Dimitrov Eriksen Fitzgerald Gunawardena Haverford Ibrahimovic Jankowski
    Kowalczyk Lindqvist Marchetti Nakamura Okonkwo Papadopoulos Quigley Rasmussen Sokolov Thistlewood Urquhart
    Vandenberg Whitcombe Xanthopoulos Yamaguchi Zielinski Anand Brennan Cortez Delacroix Eastwood Farrow Goldberg
    Hollis Ivanova Jacobsen Kessler Lombardi Mbeki Novak Osterman Pereira Quintero Rosenthal Sandoval Tanaka Ueda
    Villanueva Winslow Yilmaz Zhukov Ashcroft Blackwood Calloway Donnelly Ellsworth Fairchild Grimaldi Harrow
    Iversen Jimenez Kimura Larsson McAllister Nyström Oduya Prescott Rahman Silvestri Trujillo Vasquez Weatherby`),
  city: words(`Lisbon|Kraków|Osaka|Nairobi|Montréal|Bergen|Valparaíso|Tallinn|Porto Alegre|Leipzig|Ghent|Adelaide|Izmir|
    Tbilisi|Bilbao|Hanoi|Cork|Ljubljana|Rotterdam|Quito|Malmö|Busan|Graz|Salvador|Antwerp|Wellington|Trieste|Accra|
    Vilnius|Marseille|Calgary|Chennai|Seville|Gothenburg|Medellín|Lyon|Sapporo|Dakar|Naples|Edinburgh|Hobart|Brno`),
  company:
    words(`Northwind Traders|Bluefin Analytics|Harbour & Pine|Quarry Street Bakery|Solstice Energy|Lumen Dental|
    Paperkite Studio|Ironbark Logistics|Meadowlark Insurance|Tidewater Homes|Copperleaf Bank|Juniper Clinic|
    Anchor Freight|Silverbirch School|Redstone Mining|Velvet Fox Media|Oakhurst Council|Marigold Foods|
    Kestrel Robotics|Tamarind Travel|Granite Peak Gyms|Fernhill Winery|Osprey Aviation|Saltmarsh Theatre`),
  day: words('Monday Tuesday Wednesday Thursday Friday Saturday Sunday'),
  month: words('January February March April May June July August September October November December'),
  number: Array.from({ length: 90 }, (_, index) => String(2 + index * 5)),
  small: words('two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty'),
  money: Array.from(
    { length: 300 },
    (_, index) => `${'$€£'[index % 3]}${(index * 37 + 12).toLocaleString('en')}`,
  ),
  relation:
    words(`mother father sister brother husband wife partner daughter son neighbour landlord manager colleague
    cousin grandmother grandfather flatmate teacher nephew niece boss client supplier tenant doctor lawyer`),
  adjective:
    words(`gentle stubborn narrow generous awkward brittle calm clumsy curious damp delicate eager faint fierce
    fragile frosty glossy grim hasty hollow humble jagged keen lively lonely loud mellow modest nervous obscure odd
    pale patient plain polite proud quaint rapid rough rusty sharp shallow silent sincere sleek slim smooth sober
    solid spare steady steep stern stiff subtle sudden swift tender tidy tough uneven urgent vague vivid warm weary
    wild wise worthy young ancient bitter bold brave broad cheap clever complex costly crisp crowded dense distant
    elegant familiar fresh fruitful grateful harsh honest ideal intense legal local major minor moral mutual naive
    neutral normal overdue painful partial precise private profound public quiet random rare realistic reliable rural
    secure serious severe similar simple sparse stable strict tense typical unique unusual useful valid visible vital`),
  adverb:
    words(`quietly carefully eventually honestly barely roughly suddenly gradually politely deliberately rarely
    constantly separately properly accidentally recently directly evenly firmly loosely manually mostly openly
    partly patiently quickly safely slightly slowly strictly truly usually widely clearly closely deeply exactly`),
  verb: words(`explain compare rewrite summarise translate improve check shorten estimate organise describe plan simplify
    outline review debug calculate draft prepare expand verify rename schedule evaluate replace arrange refine
    convert measure predict combine adjust classify justify illustrate interpret restore extend challenge defend`),
  past: words(`noticed forgot promised refused decided borrowed repaired cancelled misplaced ordered returned delayed
    finished abandoned discovered renewed painted sold bought argued complained agreed measured tested copied deleted
    planted cooked drove lost found rented signed postponed mailed uploaded recorded reported ignored hired moved`),
  feeling:
    words(`worried relieved exhausted hopeful embarrassed confused proud annoyed grateful lonely excited nervous
    overwhelmed calm guilty curious disappointed jealous cheerful frustrated ashamed restless optimistic homesick`),
  abstract:
    words(`patience budget schedule habit reason purpose balance memory silence culture courage distance trust
    pressure freedom progress tension advice context effort evidence failure friendship gratitude honesty identity
    influence justice knowledge language mercy moment opinion pattern privacy quality respect routine safety shadow
    shape signal skill standard strength structure style surprise talent taste theory tradition value version vision
    weather wisdom wonder deadline agreement argument attitude border boundary chance choice comfort compromise
    concern conflict consequence contrast curiosity damage debate delay demand detail difference discipline doubt`),
  det: words('the a my her their our this that his every no some another any one'),
  prep: words(`near behind under over without against beside beyond before after through despite toward inside until
    around above below during except between along since about like`),
  conj: words('and but so because although while unless since whereas yet if when though once'),
  modal: words('can could should might must would will may cannot shall'),
  pronoun: words('I you we they she he it nobody everyone someone'),
  ask: words(`Can you|Could you|Please|Would you|I want you to|Help me|Kindly|Quickly|Now|Then|Next|Also|Maybe|Try to|
    Let us|Just|First|Again`),
  hedge:
    words(`Usually|In my view|Honestly|Strictly speaking|Often|In short|As it happens|For now|Sadly|Luckily|On paper|
    In practice|Above all|At best|By contrast|Instead|Of course|Still|Then again|Overall|Meanwhile|Likewise`),
} as const;
