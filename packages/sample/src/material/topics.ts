import { words } from '../template.ts';

/** Things people ask an assistant about: a topic's nouns and the actions that go with them. */
export const TOPICS: readonly { things: readonly string[]; actions: readonly string[] }[] = [
  {
    things:
      words(`sourdough saffron paprika skillet marinade broth dumplings aubergine chickpeas cardamom vinegar yeast
      parchment custard meringue lentils tahini shallots gnocchi brisket turmeric buttermilk anchovies polenta rhubarb
      thermometer colander rosemary coriander caramel cinnamon oregano mozzarella zucchini risotto casserole`),
    actions:
      words(`simmer knead braise whisk roast ferment season reheat blanch caramelise marinate freeze slice
      grill bake drain thicken garnish`),
  },
  {
    things:
      words(`iterator mutex coroutine regex pointer closure decorator migration webhook dataframe compiler linker
      segfault namespace callback generator subprocess websocket recursion allocator benchmark middleware serializer
      typescript kubernetes dockerfile makefile postgres pandas numpy pytest goroutine async heap stacktrace lambda
      tensor embedding tokenizer scheduler semaphore deadlock bytecode cron tmux monorepo changelog`),
    actions:
      words(`refactor compile deploy profile vectorise memoise serialise parallelise containerise unit-test
      lint cache paginate mock benchmark index shard throttle`),
  },
  {
    things:
      words(`itinerary hostel ferry passport layover visa backpack tram monsoon glacier museum vineyard campsite
      luggage customs airfare souvenir guidebook lagoon monastery funicular bazaar trailhead archipelago canyon
      waterfall railcard jetlag embassy border currency harbour volcano cathedral hammock sunscreen`),
    actions: words(
      'book reschedule pack explore photograph navigate haggle cycle hike sail snorkel queue refund',
    ),
  },
  {
    things:
      words(`migraine ibuprofen physiotherapist insomnia pollen eczema vaccine antibiotics cholesterol tendon
      asthma inhaler dosage allergy blood-pressure thyroid iron-deficiency anxiety therapist prescription biopsy
      magnesium stretching posture caffeine heartburn appetite fatigue fever rash ankle shoulder diagnosis referral`),
    actions: words(
      'treat soothe monitor relieve prevent diagnose prescribe vaccinate stretch ice rest hydrate',
    ),
  },
  {
    things:
      words(`tenancy deposit lawsuit clause notary inheritance custody trademark affidavit severance copyright
      liability arbitration eviction pension divorce mortgage warranty contract invoice subpoena indemnity statute
      injunction bailiff plaintiff settlement disclosure easement probate negligence waiver jurisdiction`),
    actions: words(
      'appeal terminate negotiate notarise dispute inherit sue renew amend enforce waive settle',
    ),
  },
  {
    things:
      words(`quarterly-report onboarding retrospective stakeholder roadmap spreadsheet headcount procurement
      appraisal timesheet brochure newsletter slideshow agenda minutes memo proposal kickoff forecast pipeline churn
      webinar internship résumé cover-letter promotion resignation payroll reimbursement workshop keynote`),
    actions: words(`present delegate prioritise approve circulate rehearse brief negotiate escalate recruit
      mentor announce`),
  },
  {
    things:
      words(`photosynthesis quadratic trigonometry mitosis sonnet metaphor isotope matrix derivative eigenvalue
      momentum enzyme tectonics hypotenuse covalent thermodynamics inequality alliteration monologue osmosis chromosome
      integral polynomial probability logarithm vector entropy catalyst neuron relativity glossary bibliography
      hypothesis asymptote permutation stoichiometry`),
    actions: words('prove solve memorise derive cite paraphrase graph annotate factorise balance integrate'),
  },
  {
    things:
      words(`apology wedding anniversary jealousy breakup boundaries godparent reunion proposal birthday in-laws
      roommate sibling rivalry dating honeymoon toast eulogy counselling argument silence text-message voicemail
      adoption toddler teenager homework curfew bedtime playground nursery babysitter stepfather grandchild`),
    actions: words('forgive confront apologise invite comfort congratulate confess reconcile listen propose'),
  },
  {
    things:
      words(`dividend portfolio overdraft annuity collateral deduction freelancing bookkeeping ledger inflation
      refinancing escrow royalty depreciation audit receipts crypto stablecoin hedge bond-yield index-fund tax-bracket
      credit-score savings allowance payslip remittance tariff surcharge cashflow startup equity vesting`),
    actions: words('invest deduct diversify refinance depreciate reconcile withdraw insure budget donate'),
  },
  {
    things:
      words(`compost trellis seedlings hydrangea aphids mulch greenhouse perennials pruning irrigation tomatoes
      lavender wheelbarrow terracotta orchid succulents hedgehog beehive sprinkler topsoil rosebush fertiliser
      birdhouse lawnmower ivy pergola drainage worms daffodils bulbs sunflower courgettes clover`),
    actions: words('prune transplant fertilise harvest germinate weed graft water repot compost sow'),
  },
  {
    things:
      words(`cello metronome chord arpeggio playlist vinyl synthesiser lyrics setlist tuning capo falsetto
      orchestra rehearsal audition podcast microphone soundcheck mixtape drumkit pedal violin saxophone ukulele
      harmony crescendo waltz ballad recital choir mastering reverb amplifier turntable`),
    actions: words('compose transpose rehearse improvise remix tune harmonise record busk conduct'),
  },
  {
    things:
      words(`marathon treadmill kettlebell deadlift protein hydration cadence physique triathlon warm-up calories
      dumbbell plank pilates endurance sprint heart-rate goalkeeper offside racket badminton climbing harness
      snowboard paddle surfboard archery fencing referee tournament stadium injury-time hamstring recovery`),
    actions: words('train sprint stretch compete recover tackle dribble pace lift coach'),
  },
  {
    things:
      words(`carburettor gearbox alternator odometer clutch radiator dashboard motorbike spark-plug exhaust hybrid
      charging-station windscreen mileage caravan trailer roundabout dent tow-truck headlamp sunroof tyre-pressure
      suspension thermostat plumbing boiler drill plaster skirting insulation grout varnish hinge ladder socket`),
    actions: words('repair install replace sand varnish rewire bleed align jack-start tighten seal'),
  },
  {
    things:
      words(`aqueduct samurai parliament plague cartography cavalry renaissance manuscript pharaoh suffrage treaty
      dynasty archipelago caravan colonialism archive cuneiform guillotine revolution monarchy expedition telegraph
      lighthouse navigation famine crusade senate republic emperor excavation fresco obelisk viking silk-road`),
    actions: words('excavate conquer negotiate chronicle abolish govern rebel migrate colonise restore'),
  },
  {
    things:
      words(`dragon spaceship detective prophecy labyrinth orphan alchemist lighthouse-keeper clockmaker android
      cliffhanger protagonist villain sidekick prologue stanza haiku limerick screenplay monologue plot-twist
      worldbuilding dialogue narrator metaphor heist amulet werewolf starship oracle exile tavern smuggler curse`),
    actions: words('narrate foreshadow rhyme betray haunt rescue imagine unmask enchant vanish'),
  },
];
