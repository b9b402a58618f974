import { issuers } from './issuer.ts';

/** Look-ups of places, words and facts, and the tools of developers and offices. */
export const placeIssuers = [
  ...issuers('look-ups on an account’s budget', 'low', 'console')`
    abstractapi | Abstract | app.abstractapi.com
    accuweather | AccuWeather | developer.accuweather.com/user/me/apps
    adzuna | Adzuna | developer.adzuna.com/admin/access_details
    aftership | AfterShip | admin.aftership.com/settings/api-keys
    airvisual, iqair | IQAir | dashboard.iqair.com
    ambee | Ambee | api-dashboard.getambee.com
    apilayer | APILayer | marketplace.apilayer.com/account
    apininjas | API Ninjas | api-ninjas.com/profile
    apitemplate, apitemplateio | APITemplate.io | app.apitemplate.io
    aviationstack | aviationstack | aviationstack.com/dashboard
    besttime | BestTime | besttime.app/api/v1/access
    calendarific | Calendarific | calendarific.com/account
    cloudmersive | Cloudmersive | account.cloudmersive.com/keys
    convertapi | ConvertAPI | www.convertapi.com/a/auth
    detectlanguage | Detect Language | detectlanguage.com
    edamam | Edamam | developer.edamam.com/admin/applications
    enigma | Enigma | console.enigma.com
    flightapi | FlightAPI | www.flightapi.io/profile
    flightstats | FlightStats | developer.flightstats.com
    foursquare | Foursquare | foursquare.com/developers
    geoapify | Geoapify | myprojects.geoapify.com
    geocode, geocodio | Geocodio | dash.geocod.io/apikey
    geocodify | Geocodify | geocodify.com/dashboard
    geoipify, whoisxml | WhoisXML | user.whoisxmlapi.com
    graphhopper | GraphHopper | graphhopper.com/dashboard
    heremaps, hereapi | HERE | platform.here.com
    holidayapi | Holiday API | holidayapi.com/dashboard
    ip2location | IP2Location | www.ip2location.io/dashboard
    ipapi | ipapi | ipapi.com/dashboard
    ipdata | ipdata | dashboard.ipdata.co
    ipgeolocation | IPGeolocation | app.ipgeolocation.io
    ipify | ipify | geo.ipify.org
    ipinfo | IPinfo | ipinfo.io/account/token
    ipinfodb | IPInfoDB | www.ipinfodb.com/account
    ipquality, ipqualityscore | IPQualityScore | www.ipqualityscore.com/user/settings
    ipstack | ipstack | ipstack.com/dashboard | hex:32
    languagelayer | languagelayer | languagelayer.com/dashboard
    locationiq | LocationIQ | my.locationiq.com/dashboard
    mapquest | MapQuest | developer.mapquest.com/user/me/apps
    maptiler | MapTiler | cloud.maptiler.com/account/keys
    mediastack | mediastack | mediastack.com/dashboard
    newsapi | NewsAPI | newsapi.org/account
    nytimes | The New York Times | developer.nytimes.com/my-apps
    numverify | numverify | numverify.com/dashboard
    opencage, opencagedata | OpenCage | opencagedata.com/dashboard
    openroute, openrouteservice | openrouteservice | openrouteservice.org/dev
    openuv | OpenUV | www.openuv.io/console
    openweather, openweathermap, owm, pyowm | OpenWeather | home.openweathermap.org/api_keys | low:32
    pdfshift | PDFShift | app.pdfshift.io
    pdflayer | pdflayer | pdflayer.com/dashboard
    positionstack | positionstack | positionstack.com/dashboard
    *radar, radario | Radar | radar.com/dashboard/api-keys
    rapidapi | RapidAPI | rapidapi.com/developer/apps
    rawg | RAWG | rawg.io/apidocs
    selectpdf | SelectPdf | selectpdf.com
    sportradar | Sportradar | console.sportradar.com
    sportsmonk | Sportmonks | my.sportmonks.com
    spoonacular | spoonacular | spoonacular.com/food-api/console
    stormglass | Storm Glass | dashboard.stormglass.io
    theoddsapi, oddsapi | The Odds API | the-odds-api.com
    timezoneapi | TimeZoneAPI | timezoneapi.io
    timezonedb | TimeZoneDB | timezonedb.com/account
    tmdb, themoviedb | TMDB | www.themoviedb.org/settings/api
    tomorrowio, climacell | Tomorrow.io | app.tomorrow.io/development/keys
    tomtom | TomTom | developer.tomtom.com/user/me/apps
    upcdatabase | UPCDatabase | upcdatabase.org/apikeys
    urlscan | urlscan.io | urlscan.io/user/profile
    userstack | userstack | userstack.com/dashboard
    visualcrossing | Visual Crossing | www.visualcrossing.com/account
    walkscore | Walk Score | www.walkscore.com/professional/api.php
    weatherapi | WeatherAPI | www.weatherapi.com/my
    weatherbit | Weatherbit | www.weatherbit.io/account/dashboard
    weatherstack | weatherstack | weatherstack.com/dashboard
    what3words | what3words | accounts.what3words.com/overview
    wolfram, wolframalpha | Wolfram Alpha | developer.wolframalpha.com/access
    zipcodeapi | ZipCodeAPI | www.zipcodeapi.com
    zipcodebase | Zipcodebase | app.zipcodebase.com
    protocolsio, *protocols | protocols.io | www.protocols.io/developers
    codequiry | Codequiry | codequiry.com
    blitapp | Blitapp | blitapp.com
    pollsapi | Polls API | pollsapi.com
    *raven | Raven | ravenapp.dev
    unplugg, unplu | Unplu.gg | unplu.gg
    tefter | Tefter | tefter.io
  `,
  ...issuers('the code, builds or incidents of a team', 'high', 'console')`
    -appcenter | Visual Studio App Center | appcenter.ms/settings/apitokens
    -launchdarkly | LaunchDarkly | app.launchdarkly.com/settings/authorization
    -scaleway | Scaleway | console.scaleway.com/iam/api-keys
    -vercel | Vercel | vercel.com/account/settings/tokens | b62:24
    -splunk | Splunk | docs.splunk.com/Documentation/Splunk/latest/Data/UsetheHTTPEventCollector
    -sourcegraph | Sourcegraph | sourcegraph.com/user/settings/tokens | hex:40
    -atlassian | Atlassian | id.atlassian.com/manage-profile/security/api-tokens
    -asana | Asana | app.asana.com/0/my-apps
    -nuget | NuGet | www.nuget.org/account/apikeys
    *square | Square | developer.squareup.com/apps
    -deepgram | Deepgram | console.deepgram.com | low:40
    -netlify | Netlify | app.netlify.com/user/applications
    -heroku | Heroku | dashboard.heroku.com/account/applications
    -algolia | Algolia | dashboard.algolia.com/account/api-keys
    -mailgun | Mailgun | app.mailgun.com/settings/api_security
    -mailchimp | Mailchimp | admin.mailchimp.com/account/api
    -paypal | PayPal | developer.paypal.com/dashboard/applications
    -sonarqube, -sonarcloud | SonarQube | sonarcloud.io/account/security
    anypoint, mulesoft | MuleSoft | anypoint.mulesoft.com
    appveyor | AppVeyor | ci.appveyor.com/api-keys
    betterstack, betteruptime, logtail | Better Stack | betterstack.com/settings/api-tokens
    bitbar | BitBar | cloud.bitbar.com
    bitrise | Bitrise | app.bitrise.io/me/account/security
    blazemeter, runscope | BlazeMeter | a.blazemeter.com/app/#/settings/api-keys
    browserstack | BrowserStack | www.browserstack.com/accounts/profile
    -bugsnag | Bugsnag | app.bugsnag.com/settings | hex:32, <uuid>
    buddyns | BuddyNS | www.buddyns.com
    *chromatic | Chromatic | www.chromatic.com
    cloudsmith | Cloudsmith | cloudsmith.io/user/settings/api | hex:40, csa_<b62:36>
    cloudplan | Cloudplan | www.cloudplan.net
    codacy | Codacy | app.codacy.com/account/access-management
    codeclimate | Code Climate | codeclimate.com/profile/tokens
    codecov | Codecov | app.codecov.io | <uuid>
    codemagic | Codemagic | codemagic.io/teams
    configcat | ConfigCat | app.configcat.com | <w:22>/<w:22>, configcat-sdk-1/<w:22>/<w:22>
    coveralls | Coveralls | coveralls.io
    crowdin | Crowdin | crowdin.com/settings#api-key
    crowdstrike | CrowdStrike | falcon.crowdstrike.com/api-clients-and-keys
    dareboost | Dareboost | www.dareboost.com
    detectify | Detectify | detectify.com
    *drone, droneci | Drone | docs.drone.io
    endorlabs | Endor Labs | app.endorlabs.com | endr+<b62:16>
    fossa | FOSSA | app.fossa.com/account/settings/integrations/api_tokens
    -gitea | Gitea | about.gitea.com | hex:40
    gitguardian | GitGuardian | dashboard.gitguardian.com/api/personal-access-tokens
    gitter | Gitter | gitter.im
    -honeybadger | Honeybadger | app.honeybadger.io/users/edit
    instana | Instana | www.ibm.com/products/instana
    *ionic | Ionic | dashboard.ionicframework.com/personal-access-tokens
    -jenkins | Jenkins | www.jenkins.io/doc/book/security
    jupiterone | JupiterOne | apps.us.jupiterone.io
    knapsackpro | Knapsack Pro | knapsackpro.com/dashboard
    lightstep | ServiceNow Cloud Observability | app.lightstep.com
    logdna, mezmo | Mezmo | app.mezmo.com/manage/api-keys
    loggly | Loggly | www.loggly.com
    logzio, logz | Logz.io | app.logz.io
    nightfall | Nightfall | app.nightfall.ai
    opsgenie | Opsgenie | app.opsgenie.com/settings/api-key-management
    packagecloud | packagecloud | packagecloud.io/api_token
    *percy | Percy | percy.io
    pingdom | Pingdom | my.pingdom.com/app/api-tokens
    -rollbar | Rollbar | rollbar.com/settings/accounts | hex:32, hex:64
    saucelabs | Sauce Labs | app.saucelabs.com/user-settings
    securitytrails | SecurityTrails | securitytrails.com/app/account/credentials
    *semaphore, semaphoreci | Semaphore | me.semaphoreci.com/account
    shodan | Shodan | account.shodan.io | b62:32
    signalfx | Splunk Observability | app.signalfx.com
    *shortcut, clubhouse | Shortcut | app.shortcut.com/settings/account/api-tokens
    statuscake | StatusCake | app.statuscake.com/User.php
    statuspage | Statuspage | manage.statuspage.io
    sumologic | Sumo Logic | service.sumologic.com/ui
    tines | Tines | www.tines.com
    -travisci, -travis | Travis CI | app.travis-ci.com/account/preferences
    uptimerobot | UptimeRobot | dashboard.uptimerobot.com/integrations
    versioneye | VersionEye | www.versioneye.com/settings/api
    virustotal | VirusTotal | www.virustotal.com/gui/my-apikey | hex:64
    wakatime | WakaTime | wakatime.com/settings/api-key | waka_<uuid>, <uuid>
    zapier | Zapier | zapier.com/app/settings
    twingate | Twingate | www.twingate.com
    meraki | Cisco Meraki | dashboard.meraki.com | hex:40
    -auth0 | Auth0 | manage.auth0.com
    onelogin | OneLogin | www.onelogin.com
    unkey | Unkey | app.unkey.com/settings/root-keys | unkey_<b62:24>
    sslmate | SSLMate | sslmate.com/account/api_credentials
    aikido, aik | Aikido | app.aikido.dev/settings/integrations/api | AIK_SECRET_<b62:64>
    scalr | Scalr | scalr.io
    workato | Workato | app.workato.com
    *temporal | Temporal | cloud.temporal.io/settings/api-keys
    upcloud | UpCloud | hub.upcloud.com/people | ucat_<up:26>
    exoscale | Exoscale | portal.exoscale.com/iam | EXO<hex:24>
    -vultr | Vultr | my.vultr.com/settings/#settingsapi
    infomaniak | Infomaniak | manager.infomaniak.com
    influxdb, *influx | InfluxDB | cloud2.influxdata.com | <w:86>==
    -couchbase | Couchbase | cloud.couchbase.com
    thingsboard | ThingsBoard | thingsboard.cloud
    ubidots | Ubidots | industrial.ubidots.com
    adafruitio, adafruit | Adafruit IO | io.adafruit.com
    pubnub | PubNub | admin.pubnub.com
    *ably | Ably | ably.com/accounts
    dailyco, *daily | Daily | dashboard.daily.co/developers
    liveblocks | Liveblocks | liveblocks.io/dashboard
    *particle, particleio | Particle | console.particle.io
    eagleeyenetworks | Eagle Eye Networks | www.een.com
    qubole | Qubole | www.qubole.com
    -artifactory, jfrog | JFrog | jfrog.com
    dependencytrack, dtrack | Dependency-Track | docs.dependencytrack.org
    checkmarx | Checkmarx | checkmarx.com
    veracode | Veracode | analysiscenter.veracode.com
    redirectpizza | redirect.pizza | redirect.pizza/api
  `,
  ...issuers('the documents, tasks or people of a workspace', 'high', 'console')`
    -adobe, adobeio | Adobe | developer.adobe.com/console
    bamboohr | BambooHR | www.bamboohr.com
    *box, boxcom | Box | app.box.com/developers/console
    buttercms | ButterCMS | buttercms.com/settings
    canva | Canva | www.canva.com/developers | cnvca<w:51>
    clockify | Clockify | app.clockify.me/user/settings
    clickup | ClickUp | app.clickup.com/settings/apps
    cloudconvert | CloudConvert | cloudconvert.com/dashboard/api/v2/keys
    -cloudinary | Cloudinary | console.cloudinary.com/settings/api-keys | <w:27>, <d:15>
    coda | Coda | coda.io/account
    *confluence | Confluence | id.atlassian.com/manage-profile/security/api-tokens
    *devin | Devin | app.devin.ai/settings
    *ditto, dittowords | Ditto | app.dittowords.com
    documo | Documo | app.documo.com
    docusign | DocuSign | apps.docusign.com/admin
    ebay | eBay | developer.ebay.com/my/keys | PRD-<hex:12>-<hex:4>-<hex:4>-<hex:4>-<hex:4>, SBX-<hex:12>-<hex:4>-<hex:4>-<hex:4>-<hex:4>
    etsy | Etsy | www.etsy.com/developers/your-apps
    eventbrite | Eventbrite | www.eventbrite.com/platform/api-keys
    everhour | Everhour | app.everhour.com
    fileio | file.io | www.file.io
    fleetbase | Fleetbase | console.fleetbase.io
    flexport | Flexport | portal.flexport.com
    flickr | Flickr | www.flickr.com/services/apps
    formbucket | FormBucket | www.formbucket.com
    formcraft | FormCraft | formcraft-wp.com
    frameio | Frame.io | developer.frame.io
    freshdesk | Freshdesk | www.freshworks.com/freshdesk
    fusebill | Fusebill | secure.fusebill.com
    goodday | GoodDay | www.goodday.work
    gumroad | Gumroad | gumroad.com/settings/advanced
    hellosign, dropboxsign | Dropbox Sign | app.hellosign.com/home/myAccount#api
    hybiscus | Hybiscus | hybiscus.dev
    iconfinder | Iconfinder | www.iconfinder.com/account/applications
    -jira | Jira | id.atlassian.com/manage-profile/security/api-tokens
    jotform | Jotform | www.jotform.com/myaccount/api
    -linkedin | LinkedIn | www.linkedin.com/developers/apps
    lokalise | Lokalise | app.lokalise.com/profile#apitokens
    loyverse | Loyverse | r.loyverse.com/dashboard
    mavenlink, kantata | Kantata | app.mavenlink.com
    -miro | Miro | miro.com/app/settings/user-profile/apps
    mondaycom, *monday | monday.com | auth.monday.com
    myintervals, *intervals | Intervals | www.myintervals.com
    nozbe, nozbeteams | Nozbe | nozbe.com
    pandadoc | PandaDoc | app.pandadoc.com/a/#/settings/api-dashboard
    paperform | Paperform | paperform.co
    parseur | Parseur | app.parseur.com
    planyo | Planyo | www.planyo.com
    podio | Podio | podio.com/settings/api
    *persona | Persona | app.withpersona.com/dashboard | persona_production_<uuid>, persona_sandbox_<uuid>
    *proof | Proof | app.proof.com
    printful | Printful | www.printful.com/dashboard/api
    *readme, readmeio | ReadMe | dash.readme.com
    *sanity, sanityio | Sanity | www.sanity.io/manage
    shipday | Shipday | dispatch.shipday.com
    shipengine | ShipEngine | dashboard.shipengine.com/apis/api-management
    shipstation | ShipStation | ship.shipstation.com/settings/api
    signaturit | Signaturit | app.signaturit.com
    signupgenius | SignUpGenius | www.signupgenius.com
    smartsheet, smartsheets | Smartsheet | app.smartsheet.com
    -spotify | Spotify | developer.spotify.com/dashboard
    squarespace | Squarespace | account.squarespace.com
    storecove | Storecove | app.storecove.com
    storyblok | Storyblok | app.storyblok.com/#/me/account
    supernotes | Supernotes | my.supernotes.app
    tableau | Tableau | online.tableau.com
    tallyform, *tally | Tally | tally.so/settings/api-keys
    *teamwork, teamworkcrm, teamworkdesk, teamworkspaces | Teamwork | www.teamwork.com
    ticketmaster | Ticketmaster | developer-acct.ticketmaster.com
    tickettailor | Ticket Tailor | app.tickettailor.com/box-office/api
    timecamp | TimeCamp | app.timecamp.com/app#/settings/users/me
    tmetric | TMetric | app.tmetric.com
    todoist | Todoist | app.todoist.com/app/settings/integrations/developer
    toggl, toggltrack | Toggl Track | track.toggl.com/profile
    -trello | Trello | trello.com/power-ups/admin
    -twitch | Twitch | dev.twitch.tv/console/apps
    -twitter | X | developer.x.com/en/portal/dashboard
    unsplash | Unsplash | unsplash.com/oauth/applications
    vimeo | Vimeo | developer.vimeo.com/apps
    -webflow | Webflow | webflow.com/dashboard
    wistia | Wistia | account.wistia.com
    wrike | Wrike | www.wrike.com/frontend/apps
    yousign | Yousign | yousign.app/auth/workspace
    -youtube, blogger, googlemaps, recaptcha | Google | console.cloud.google.com/apis/credentials
    -zendesk | Zendesk | www.zendesk.com
    *zoom, zoomus | Zoom | marketplace.zoom.us
    -discord | Discord | discord.com/developers/applications
    -facebook, instagram | Meta | developers.facebook.com/apps
    opensubtitles | OpenSubtitles | www.opensubtitles.com
    *holistic, holistichr | Holistic | holistic.dev
    intra42 | 42 | profile.intra.42.fr/oauth/applications
    wunderground | Weather Underground | www.wunderground.com/member/api-keys
    truenas | TrueNAS | www.truenas.com/docs
  `,
];
