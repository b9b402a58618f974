import { issuers } from './issuer.ts';

/**
 * Services that people call by an interface at work: a word such as `key` must stand between the name and the value,
 * so that these cost nothing where no key is spoken of.
 */
export const workIssuers = [
  ...issuers('the mail, calls and campaigns of an account', 'high', 'console')`
    -airship | Airship | www.airship.com
    -bombbomb | BombBomb | bombbomb.com
    -chatbot, -chatbotcom | ChatBot | app.chatbot.com
    *courier | Courier | app.courier.com
    -dotdigital | Dotdigital | dotdigital.com
    -enablex | EnableX | www.enablex.io
    -gyazo | Gyazo | gyazo.com/oauth/applications
    -helpcrunch | HelpCrunch | helpcrunch.com
    -helpscout, -groovehq | Help Scout, Groove | secure.helpscout.net
    -larksuite | Lark | open.larksuite.com
    -livestorm | Livestorm | app.livestorm.co
    -liveagent | LiveAgent | www.liveagent.com
    -magicbell | MagicBell | app.magicbell.com
    -nylas | Nylas | dashboard-v3.nylas.com
    -postageapp | PostageApp | postageapp.com
    -reachmail | ReachMail | www.reachmail.net
    -ringcentral | RingCentral | developers.ringcentral.com
    -smooch | Sunshine Conversations | app.smooch.io
    -stripo | Stripo | my.stripo.email
    -voodoosms | VoodooSMS | www.voodoosms.com
    -webex | Webex | developer.webex.com
    -zulip, -zulipchat | Zulip | zulip.com
    -mattermost | Mattermost | mattermost.com
  `,
  ...issuers('the contacts, sales and documents of an account', 'high', 'console')`
    -apideck | Apideck | app.apideck.com
    -appcues | Appcues | studio.appcues.com
    -appfollow | AppFollow | watch.appfollow.io
    -appointedd | Appointedd | appointedd.com
    -apptivo | Apptivo | www.apptivo.com
    -autoklose | Autoklose | app.autoklose.com
    -avaza | Avaza | app.avaza.com
    -ayrshare | Ayrshare | app.ayrshare.com
    -beebole | BeeBole | beebole-apps.com
    -billomat | Billomat | www.billomat.com
    -boostnote | Boost Note | boostnote.io
    -budibase | Budibase | account.budibase.app
    -bugherd | BugHerd | www.bugherd.com
    -caflou | Caflou | app.caflou.com
    -canny, -cannyio | Canny | canny.io
    -captaindata | Captain Data | app.captaindata.co
    -caspio | Caspio | caspio.com
    -checkvist | Checkvist | checkvist.com
    -clickhelp | ClickHelp | clickhelp.com
    -clientary | Clientary | www.clientary.com
    -clinchpad | ClinchPad | clinchpad.com
    -clustdoc | Clustdoc | clustdoc.com
    -companyhub | CompanyHub | companyhub.com
    -craftmypdf | CraftMyPDF | app.craftmypdf.com
    -demio | Demio | my.demio.com
    -docparser | Docparser | app.docparser.com
    -dovico | Dovico | www.dovico.com
    -dynalist | Dynalist | dynalist.io/developer
    -dyspatch | Dyspatch | app.dyspatch.io
    -fibery | Fibery | fibery.io
    -flowflu | Flowlu | flowlu.com
    -formio | Form.io | portal.form.io
    -formsite | Formsite | www.formsite.com
    *fulcrum | Fulcrum | web.fulcrumapp.com
    -getgist | Gist | app.getgist.com
    -insightly | Insightly | crm.insightly.com
    -interseller | Interseller | interseller.io
    -invoiceocean | InvoiceOcean | invoiceocean.com
    -kanbantool | Kanban Tool | kanbantool.com
    -klipfolio | Klipfolio | app.klipfolio.com
    -kontent, -kontentai | Kontent.ai | app.kontent.ai
    -kylas | Kylas | app.kylas.io
    -lexigram | Lexigram | lexigram.io
    -lunchmoney | Lunch Money | my.lunchmoney.app/developers
    -meistertask | MeisterTask | www.meistertask.com
    -mindmeister | MindMeister | www.mindmeister.com
    -mrticktock | MrTickTock | mrticktock.com
    -nethunt | NetHunt CRM | nethunt.com
    -netsuite | NetSuite | www.netsuite.com
    -onedesk | OneDesk | onedesk.com
    -onepagecrm | OnePageCRM | app.onepagecrm.com
    -onfleet | Onfleet | onfleet.com/dashboard
    -overloop | Overloop | app.overloop.com
    -partnerstack | PartnerStack | app.partnerstack.com
    -peopledatalabs | People Data Labs | dashboard.peopledatalabs.com
    -pivotaltracker | Pivotal Tracker | www.pivotaltracker.com
    -prodpad | ProdPad | app.prodpad.com
    -qase | Qase | app.qase.io
    -qualaroo | Qualaroo | app.qualaroo.com
    -rentman | Rentman | rentman.io
    -repairshopr | RepairShopr | www.repairshopr.com
    -rocketreach | RocketReach | rocketreach.co
    -runrunit | Runrun.it | runrun.it
    -salesmate | Salesmate | www.salesmate.io
    -satismeter | SatisMeter | app.satismeter.com
    -sheety | Sheety | dashboard.sheety.co
    -signable | Signable | app.signable.co.uk
    -simplynoted | Simply Noted | simplynoted.com
    -stormboard | Stormboard | stormboard.com
    -storychief | StoryChief | app.storychief.io
    -surveysparrow | SurveySparrow | surveysparrow.com
    -survicate | Survicate | panel.survicate.com
    -tallyfy | Tallyfy | go.tallyfy.com
    -teamgate | Teamgate | www.teamgate.com
    -thinkific | Thinkific | www.thinkific.com
    -tokeet | Tokeet | app.tokeet.com
    -typetalk | Typetalk | typetalk.com/my/develop/applications
    -upwave | Upwave | app.upwave.io
    -userflow | Userflow | userflow.com/app
    -worksnaps | Worksnaps | www.worksnaps.com
    -zenkit, -zenkitapi | Zenkit | zenkit.com
    -zeplin | Zeplin | app.zeplin.io/profile/developer
    -zipbooks | ZipBooks | app.zipbooks.com
  `,
  ...issuers('payments, shops or market data of an account', 'high', 'console')`
    -alegra | Alegra | app.alegra.com
    -bitcoinaverage | BitcoinAverage | bitcoinaverage.com
    -cexio | CEX.IO | cex.io
    *column | Column | dashboard.column.com
    -commercejs | Commerce.js | dashboard.chec.io
    -countrylayer | countrylayer | countrylayer.com
    -fxmarket, -fxmarketapi | FXMarketAPI | fxmarketapi.com
    -instamojo | Instamojo | www.instamojo.com
    -intrinio | Intrinio | account.intrinio.com
    -lendflow | Lendflow | dashboard.lendflow.com
    *luno | Luno | www.luno.com
    -paymongo | PayMongo | dashboard.paymongo.com/developers
    -poloniex | Poloniex | poloniex.com
    -rechargepayments | Recharge | admin.rechargeapps.com
    -snipcart | Snipcart | app.snipcart.com
    -technicalanalysisapi | Technical Analysis API | technical-analysis-api.com
    -tiingo | Tiingo | www.tiingo.com/account/api/token
    -wepay | WePay | www.wepay.com
    -worldcoinindex | WorldCoinIndex | www.worldcoinindex.com
  `,
  ...issuers('look-ups, pictures or texts on an account’s budget', 'low', 'console')`
    -abuseipdb | AbuseIPDB | www.abuseipdb.com/account/api
    -abyssale | Abyssale | www.abyssale.com
    -allsports, -allsportsapi | AllSportsApi | allsportsapi.com
    -amadeus | Amadeus | developers.amadeus.com
    -apimetrics | APImetrics | client.apimetrics.io
    -audd | AudD | dashboard.audd.io
    -aylien | AYLIEN | aylien.com
    -brandfetch | Brandfetch | developers.brandfetch.com
    -calorieninja, -calorieninjas | CalorieNinjas | calorieninjas.com
    -carboninterface | Carbon Interface | www.carboninterface.com
    -censys | Censys | platform.censys.io
    -cloudimage | Cloudimage | www.cloudimage.io
    -cloverly | Cloverly | cloverly.com
    -conversiontools | Conversion Tools | conversiontools.io
    -currentsapi | Currents API | currentsapi.services
    -diggernaut | Diggernaut | www.diggernaut.com
    -extractorapi | ExtractorAPI | extractorapi.com
    -faceplusplus | Face++ | console.faceplusplus.com
    -fetchrss | FetchRSS | fetchrss.com
    -flightlabs | FlightLabs | www.goflightlabs.com
    -gtmetrix | GTmetrix | gtmetrix.com/api
    -html2pdf | html2pdf.app | html2pdf.app
    -imagekit | ImageKit | imagekit.io/dashboard
    -neutrinoapi | Neutrino API | www.neutrinoapi.com
    -newscatcher | NewsCatcher | app.newscatcherapi.com
    -nutritionix | Nutritionix | developer.nutritionix.com
    -oopspam | OOPSpam | app.oopspam.com
    -owlbot | Owlbot | owlbot.info
    -pandascore | PandaScore | app.pandascore.co
    -parsehub | ParseHub | www.parsehub.com/account
    -pastebin | Pastebin | pastebin.com/doc_api
    -photoroom | Photoroom | app.photoroom.com
    -pixabay | Pixabay | pixabay.com/api/docs
    -ritekit | RiteKit | ritekit.com
    -route4me | Route4Me | route4me.com
    -scraperbox | ScraperBox | scraperbox.com
    -shutterstock | Shutterstock | www.shutterstock.com/account/developers/apps
    -sirv | Sirv | my.sirv.com
    -skybiometry | SkyBiometry | skybiometry.com
    -smartystreets | Smarty | www.smarty.com/account/keys
    -strava | Strava | www.strava.com/settings/api
    -travelpayouts | Travelpayouts | app.travelpayouts.com
    -uploadcare | Uploadcare | app.uploadcare.com
    -verimail | Verimail | verimail.io
    -veriphone | Veriphone | veriphone.io
    -vpnapi | vpnapi.io | vpnapi.io
    -whoxy | Whoxy | www.whoxy.com
    -worldweather, -worldweatheronline | World Weather Online | www.worldweatheronline.com
    -yelp | Yelp | www.yelp.com/developers
    -zenscrape | Zenscrape | app.zenscrape.com
  `,
  ...issuers('machines, identities, sites or tests of an account', 'high', 'console')`
    -agora | Agora | console.agora.io
    -apimatic | APIMatic | app.apimatic.io
    -autodesk | Autodesk | aps.autodesk.com
    -borgbase | BorgBase | www.borgbase.com/account
    -checklyhq, -checkly | Checkly | app.checklyhq.com/settings/user/api-keys
    -disqus | Disqus | disqus.com/api/applications
    -godaddy | GoDaddy | developer.godaddy.com/keys
    -graphcms, -hygraph | Hygraph | app.hygraph.com
    -hasura | Hasura | cloud.hasura.io
    -hypertrack | HyperTrack | dashboard.hypertrack.com
    -jumpcloud | JumpCloud | console.jumpcloud.com
    -loadmill | Loadmill | app.loadmill.com
    -loginradius | LoginRadius | adminconsole.loginradius.com
    -mesibo | mesibo | console.mesibo.com
    -metabase | Metabase | www.metabase.com/docs/latest/people-and-groups/api-keys
    *pinata | Pinata | app.pinata.cloud/developers/api-keys
    -portainer | Portainer | docs.portainer.io
    -siteleaf | Siteleaf | manage.siteleaf.com
    -sigopt | SigOpt | app.sigopt.com/tokens/info
    -statuspal | Statuspal | www.statuspal.io
    -swiftype | Swiftype | app.swiftype.com
    -testingbot | TestingBot | testingbot.com/members
    -thousandeyes | ThousandEyes | app.thousandeyes.com
    -web3storage | web3.storage | console.web3.storage
    -websitepulse | WebSitePulse | www.websitepulse.com
    -zerotier | ZeroTier | my.zerotier.com/account
  `,
];
