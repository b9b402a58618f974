import { issuers } from './issuer.ts';

/** Services with an interface, beyond models. A line: names, provider, where its keys are managed. */
export const serviceIssuers = [
  ...issuers('mail and text messages in the name of the account', 'high', 'console')`
    apifonica | Apifonica | www.apifonica.com
    bulksms | BulkSMS | www.bulksms.com/account
    burstsms, transmitsms | Burst SMS | www.burstsms.com.au
    clicksend | ClickSend | dashboard.clicksend.com
    clockworksms | Clockwork SMS | www.clockworksms.com
    customerio | Customer.io | fly.customer.io/settings/api_credentials
    d7network, d7networks | D7 Networks | app.d7networks.com
    elasticemail | Elastic Email | app.elasticemail.com/marketing/settings/new/manage-api
    infobip | Infobip | portal.infobip.com/dev/api-keys
    klaviyo | Klaviyo | www.klaviyo.com/settings/account/api-keys
    *loops | Loops | app.loops.so/settings?page=api
    mailboxlayer | mailboxlayer | mailboxlayer.com/dashboard
    mailerlite | MailerLite | dashboard.mailerlite.com/integrations/api
    mailersend | MailerSend | app.mailersend.com/api-tokens
    mailjet, mailjetsms | Mailjet | app.mailjet.com/account/apikeys
    mailmodo | Mailmodo | manage.mailmodo.com
    mailsac | Mailsac | mailsac.com/api-keys
    messagebird, *bird | Bird | dashboard.messagebird.com/developers/access
    mixmax | Mixmax | app.mixmax.com/dashboard/settings/personal/integrations
    moosend | Moosend | identity.moosend.com
    omnisend | Omnisend | app.omnisend.com
    onesignal | OneSignal | dashboard.onesignal.com
    pepipost, netcore | Netcore | email.netcorecloud.com
    plivo | Plivo | console.plivo.com
    -pusher, pusherchannel | Pusher | dashboard.pusher.com
    pushbullet | Pushbullet | www.pushbullet.com/#settings
    pushover | Pushover | pushover.net
    -sendbird | Sendbird | dashboard.sendbird.com
    sendinblue | Brevo | app.brevo.com/settings/keys/api
    sendpulse | SendPulse | login.sendpulse.com/settings/#api
    signalwire | SignalWire | signalwire.com
    sinch | Sinch | dashboard.sinch.com
    smsapi | SMSAPI | ssl.smsapi.com
    sparkpost | SparkPost | app.sparkpost.com/account/api-keys
    telnyx | Telnyx | portal.telnyx.com/#/app/api-keys | KEY<HEX:32>_<w:22>, KEY<w:55>
    textmagic | Textmagic | my.textmagic.com
    tyntec | tyntec | my.tyntec.com
    vonage, nexmo | Vonage | dashboard.nexmo.com/settings
    zeptomail | Zoho ZeptoMail | zeptomail.zoho.com
    campayn | Campayn | campayn.com
    getresponse | GetResponse | app.getresponse.com/api
    lemlist | lemlist | app.lemlist.com/settings/integrations
    linenotify | LINE | notify-bot.line.me/my
    *autopilot, autopilothq | Ortto | app.autopilothq.com
    convertkit | Kit | app.kit.com/account_settings/developer_settings
    activecampaign | ActiveCampaign | www.activecampaign.com
  `,
  ...issuers('the contacts, sales and campaigns of an account', 'high', 'console')`
    *apollo, apolloio | Apollo | app.apollo.io/#/settings/integrations/api
    axonaut | Axonaut | axonaut.com
    capsulecrm | Capsule | capsulecrm.com
    centralstationcrm | CentralStationCRM | www.centralstationcrm.com
    chatfuel | Chatfuel | dashboard.chatfuel.com
    clearbit | Clearbit | dashboard.clearbit.com/api
    cliengo | Cliengo | www.cliengo.com
    *close, closeio | Close | app.close.com/settings/developer
    *copper | Copper | app.copper.com
    databox | Databox | app.databox.com
    *drift | Drift | app.drift.com
    dronahq | DronaHQ | www.dronahq.com
    *front, frontapp | Front | app.frontapp.com/settings/developers
    freshsales | Freshsales | www.freshworks.com
    *hunter, hunterio | Hunter | hunter.io/api-keys
    instabot | Instabot | instabot.io
    -intercom | Intercom | app.intercom.com/a/apps/_/developer-hub
    karmacrm, *karma | karmaCRM | www.karmacrm.com
    leadfeeder | Leadfeeder | app.leadfeeder.com
    lessannoyingcrm, *less | Less Annoying CRM | account.lessannoyingcrm.com
    nicereply | Nicereply | app.nicereply.com
    *nimble | Nimble | app.nimble.com
    *nutshell | Nutshell | app.nutshell.com/setup/api-key
    pipedrive | Pipedrive | app.pipedrive.com/settings/api
    *prospect, prospectcrm | ProspectCRM | www.prospectsoft.com
    prospectio | Prospect.io | prospect.io
    reallysimplesystems | Really Simple Systems | www.reallysimplesystems.com
    *refiner | Refiner | app.refiner.io
    replyio | Reply | run.reply.io/Dashboard/Material#/settings
    salesblink | SalesBlink | app.salesblink.io
    salescookie | Sales Cookie | salescookie.com
    salesflare | Salesflare | app.salesflare.com
    salesloft | Salesloft | accounts.salesloft.com
    skrapp, skrappio | Skrapp | skrapp.io
    snovio | Snov.io | app.snov.io/account#/api
    surveybot | SurveyBot | app.surveybot.io
    surveymonkey | SurveyMonkey | developer.surveymonkey.com/apps
    uplead | UpLead | app.uplead.com
    vbout | VBOUT | app.vbout.com
    zerobounce | ZeroBounce | www.zerobounce.net
    debounce | DeBounce | app.debounce.io
    neverbounce | NeverBounce | app.neverbounce.com
    kickbox | Kickbox | app.kickbox.com
    emailoctopus | EmailOctopus | emailoctopus.com/api-documentation
    getemail, getemails | GetEmail.io | getemail.io
    findl | Findl | www.findl.com
    zohocrm, zoho | Zoho | api-console.zoho.com
    zonka, zonkafeedback | Zonka Feedback | us1.zonkafeedback.com
    feedier | Feedier | dashboard.feedier.com
    *delighted | Delighted | app.delighted.com
    metrilo | Metrilo | www.metrilo.com
    stitchdata | Stitch | app.stitchdata.com
    chartmogul | ChartMogul | app.chartmogul.com
    baremetrics | Baremetrics | app.baremetrics.com/settings/api
    profitwell | ProfitWell | www.paddle.com/profitwell-metrics
    fullstory | Fullstory | app.fullstory.com/ui/api-keys
    *heap, heapanalytics | Heap | heapanalytics.com
    hotjar | Hotjar | insights.hotjar.com
    -mixpanel | Mixpanel | mixpanel.com/settings/project
    -amplitude | Amplitude | app.amplitude.com | hex:32
    keenio | Keen | keen.io
    segmentio, *segment | Segment | app.segment.com
    mparticle | mParticle | app.mparticle.com
    rudderstack | RudderStack | app.rudderstack.com
    geckoboard | Geckoboard | app.geckoboard.com
    rebrandly | Rebrandly | app.rebrandly.com/account/api
    bitly | Bitly | app.bitly.com/settings/api | hex:40
    *noticeable | Noticeable | noticeable.io
    beamer | Beamer | app.getbeamer.com | b_<w:44>
    simplesat | Simplesat | www.simplesat.io
    hiveage | Hiveage | www.hiveage.com
    sherpadesk | SherpaDesk | app.sherpadesk.com
  `,
  ...issuers('payments, accounts or market data of an account', 'high', 'console')`
    alphavantage | Alpha Vantage | www.alphavantage.co/support/#api-key
    *alpaca | Alpaca | app.alpaca.markets
    -binance | Binance | www.binance.com/en/my/settings/api-management
    bitfinex | Bitfinex | setting.bitfinex.com/api
    bitmex | BitMEX | www.bitmex.com/app/apiKeys
    blockchair | Blockchair | api.blockchair.com
    blockcypher | BlockCypher | accounts.blockcypher.com
    blocknative | Blocknative | explorer.blocknative.com
    bscscan, -etherscan, polygonscan | Etherscan | etherscan.io/myapikey | up:34
    bybit | Bybit | www.bybit.com/app/user/api-management
    chargebee | Chargebee | app.chargebee.com
    checkoutcom, *checkout | Checkout.com | dashboard.checkout.com/developers/keys | sk_<uuid>
    coinapi | CoinAPI | console.coinapi.io
    -coinbase | Coinbase | portal.cdp.coinbase.com
    coinlayer | coinlayer | coinlayer.com/dashboard
    coinlib | Coinlib | coinlib.io
    coinmarketcap | CoinMarketCap | pro.coinmarketcap.com/account
    cryptocompare | CryptoCompare | www.cryptocompare.com/cryptopian/api-keys
    currencyapi | currencyapi | app.currencyapi.com
    currencycloud | Currencycloud | direct.currencycloud.com
    currencyfreaks | CurrencyFreaks | currencyfreaks.com/dashboard.html
    currencylayer | currencylayer | currencylayer.com/dashboard
    currencyscoop, currencybeacon | CurrencyBeacon | currencybeacon.com/account/dashboard
    dwolla | Dwolla | dashboard.dwolla.com
    exchangerateapi | ExchangeRate-API | app.exchangerate-api.com/keys
    exchangeratesapi | exchangeratesapi.io | exchangeratesapi.io
    fastforex | fastFOREX | console.fastforex.io
    *finage | Finage | moon.finage.co.uk
    financialmodelingprep, fmp | Financial Modeling Prep | site.financialmodelingprep.com/developer/docs/dashboard
    finnhub | Finnhub | finnhub.io/dashboard
    *fixer, fixerio | Fixer | fixer.io/dashboard
    freshbooks | FreshBooks | my.freshbooks.com/#/developer
    glassnode | Glassnode | studio.glassnode.com/settings/api
    gocardless | GoCardless | manage.gocardless.com/developers
    iexcloud, iexapis | IEX Cloud | iexcloud.io/console
    -infura | Infura | app.infura.io | hex:32, b64:43
    *kraken | Kraken | pro.kraken.com/app/settings/api
    kucoin | KuCoin | www.kucoin.com/account/api
    lemonsqueezy | Lemon Squeezy | app.lemonsqueezy.com/settings/api
    marketstack | marketstack | marketstack.com/dashboard
    *mercury | Mercury | app.mercury.com/settings/tokens | secret-token:mercury_production_rma_<w:64>
    mollie | Mollie | my.mollie.com/dashboard/developers/api-keys
    moonclerk | MoonClerk | app.moonclerk.com
    moralis | Moralis | admin.moralis.com/api-keys
    nftport | NFTPort | dashboard.nftport.xyz
    oanda | OANDA | www.oanda.com
    okx, okex | OKX | www.okx.com/account/my-api
    *paddle | Paddle | vendors.paddle.com/authentication-v2
    pagarme | Pagar.me | dashboard.pagar.me
    payoneer | Payoneer | myaccount.payoneer.com
    paystack | Paystack | dashboard.paystack.com/#/settings/developers
    plisio | Plisio | plisio.net/account/api
    polygonio | Polygon.io | polygon.io/dashboard/keys
    quandl, nasdaqdatalink | Nasdaq Data Link | data.nasdaq.com/account/profile
    recurly | Recurly | app.recurly.com/go/integrations/api_keys
    requestfinance | Request Finance | app.request.finance
    simfin | SimFin | app.simfin.com
    stockdata | StockData | www.stockdata.org/account/dashboard
    taxjar | TaxJar | app.taxjar.com/account#api-access
    tatum | Tatum | dashboard.tatum.io
    tradier | Tradier | dash.tradier.com
    transferwise, *wise | Wise | wise.com/settings/api-tokens
    twelvedata | Twelve Data | twelvedata.com/account/api-keys
    vatlayer | vatlayer | vatlayer.com/dashboard
    xero | Xero | developer.xero.com/app/manage
    youneedabudget, ynab | YNAB | app.ynab.com/settings/developer
    blocktrail, btcpay | BTCPay | docs.btcpayserver.org
    *alchemy | Alchemy | dashboard.alchemy.com
    quicknode | QuickNode | dashboard.quicknode.com
    ethplorer | Ethplorer | ethplorer.io/wallet/#register
    dfuse | dfuse | app.streamingfast.io
    checio | Chec | dashboard.chec.io/settings/developer
    collect2 | collect2 | collect2.com
    paydirtapp | Paydirt | paydirtapp.com
  `,
];
