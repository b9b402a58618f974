import { issuers } from './issuer.ts';

/** Models and what is built around them. A line: names, provider, where its keys are managed. */
export const aiIssuers = [
  ...issuers('the models and budget of an account', 'high', 'console')`
    abacus | Abacus.AI | abacus.ai/app/profile/apikey
    ai21 | AI21 Labs | studio.ai21.com/account/api-key
    aimlapi | AI/ML API | aimlapi.com/app/keys
    alephalpha | Aleph Alpha | app.aleph-alpha.com
    anyscale | Anyscale | console.anyscale.com
    baichuan | Baichuan | platform.baichuan-ai.com/console/apikey
    baseten | Baseten | app.baseten.co/settings/api_keys
    blackforestlabs, bfl | Black Forest Labs | dashboard.bfl.ai
    *chutes | Chutes | chutes.ai/app/api
    clarifai | Clarifai | clarifai.com/settings/security
    coze | Coze | www.coze.com/open/oauth/pats
    dashscope, bailian, tongyi, -qwen | Alibaba Cloud Model Studio | bailian.console.aliyun.com
    deepinfra | DeepInfra | deepinfra.com/dash/api_keys
    deepl | DeepL | www.deepl.com/your-account/keys
    dify | Dify | cloud.dify.ai
    fal, falai | fal | fal.ai/dashboard/keys
    featherless | Featherless | featherless.ai/account/api-keys
    gooseai | GooseAI | goose.ai/dashboard/apikeys
    hyperbolic | Hyperbolic | app.hyperbolic.ai/settings
    ideogram | Ideogram | ideogram.ai/manage-api
    iflytek, xfyun, *spark | iFlytek | console.xfyun.cn
    kluster | kluster.ai | platform.kluster.ai/apikeys
    leonardo | Leonardo.Ai | app.leonardo.ai/api-access
    lepton, leptonai | Lepton AI | dashboard.lepton.ai
    lingyi, lingyiwanwu | 01.AI | platform.lingyiwanwu.com/apikeys
    lumaai | Luma AI | lumalabs.ai/api/keys
    modelscope | ModelScope | modelscope.cn/my/myaccesstoken
    monsterapi | MonsterAPI | monsterapi.ai/user/dashboard
    nebius | Nebius | studio.nebius.com/settings/api-keys
    nlpcloud | NLP Cloud | nlpcloud.com/home/token
    novita | Novita AI | novita.ai/settings/key-management
    parasail | Parasail | www.saas.parasail.io/keys
    portkey | Portkey | app.portkey.ai/api-keys
    predibase | Predibase | app.predibase.com/settings
    qianfan, ernie, wenxin | Baidu Qianfan | console.bce.baidu.com/qianfan
    reka | Reka | platform.reka.ai
    runway, runwayml | Runway | dev.runwayml.com
    sambanova | SambaNova | cloud.sambanova.ai/apis
    scaleai | Scale AI | dashboard.scale.com/settings
    siliconflow | SiliconFlow | cloud.siliconflow.cn/account/ak
    stability, stabilityai | Stability AI | platform.stability.ai/account/keys | sk-<b62:48>
    stepfun | StepFun | platform.stepfun.com/interface-key
    synthesia | Synthesia | app.synthesia.io/#/account
    twelvelabs | Twelve Labs | playground.twelvelabs.io/dashboard/api-key
    upstage | Upstage | console.upstage.ai/api-keys
    vastai | Vast.ai | cloud.vast.ai/manage-keys
    writerai | Writer | app.writer.com
    textcortex | TextCortex | app.textcortex.com
    monkeylearn | MonkeyLearn | monkeylearn.com
    meaningcloud | MeaningCloud | www.meaningcloud.com
    paralleldots | ParallelDots | www.paralleldots.com
    uclassify | uClassify | uclassify.com/manage/apikeys
    deepai | DeepAI | deepai.org/dashboard
    *eden, edenai | Eden AI | app.edenai.run/admin/account/settings
    rosette | Babel Street | developer.babelstreet.com
    dandelion | Dandelion | dandelion.eu/profile/dashboard
  `,
  ...issuers('speech, pictures or video made on an account’s budget', 'medium', 'console')`
    cartesia | Cartesia | play.cartesia.ai/keys
    gladia | Gladia | app.gladia.io/api-keys
    heygen | HeyGen | app.heygen.com/settings
    *hume, humeai | Hume | app.hume.ai/keys
    lmnt | LMNT | app.lmnt.com/account
    playht | PlayHT | play.ht/studio/api-access
    revai | Rev AI | www.rev.ai/access-token
    *rime, rimeai | Rime | app.rime.ai/tokens
    speechmatics | Speechmatics | portal.speechmatics.com/settings
    speechtext, speechtextai | SpeechText.AI | speechtext.ai
    symbl, symblai | Symbl.ai | platform.symbl.ai
    voiceflow | Voiceflow | creator.voiceflow.com
    *vapi | Vapi | dashboard.vapi.ai/org/api-keys
    bannerbear | Bannerbear | app.bannerbear.com
    removebg | remove.bg | www.remove.bg/dashboard#api-key
    shotstack | Shotstack | dashboard.shotstack.io/keys
    tinypng, tinify | Tinify | tinify.com/dashboard/api
    happyscribe | Happy Scribe | www.happyscribe.com
    imagga | Imagga | imagga.com/profile/dashboard
    kairos | Kairos | www.kairos.com
  `,
  ...issuers('the traces, prompts and data sets of a project', 'high', 'console')`
    agentops | AgentOps | app.agentops.ai/settings/projects
    arize, *phoenix | Arize | app.arize.com
    braintrust | Braintrust | www.braintrust.dev/app/settings
    cometml, *comet, opik | Comet | www.comet.com/account-settings/apiKeys
    humanloop | Humanloop | app.humanloop.com/account/api-keys
    lakera | Lakera | platform.lakera.ai/account/api-keys
    langwatch | LangWatch | app.langwatch.ai
    literalai | Literal AI | cloud.getliteral.ai
    lunary | Lunary | app.lunary.ai/settings
    *neptune, neptuneai | neptune.ai | app.neptune.ai
    patronus, patronusai | Patronus AI | app.patronus.ai
    promptlayer | PromptLayer | dashboard.promptlayer.com
    traceloop | Traceloop | app.traceloop.com
    e2b | E2B | e2b.dev/dashboard
    browserbase | Browserbase | www.browserbase.com/settings
    composio | Composio | app.composio.dev/settings
    *mem0 | Mem0 | app.mem0.ai/dashboard/api-keys
    *unstructured | Unstructured | platform.unstructured.io
    roboflow | Roboflow | app.roboflow.com/settings/api
    labelbox | Labelbox | app.labelbox.com/workspace-settings/api-keys
    kaggle | Kaggle | www.kaggle.com/settings
    wandb | Weights & Biases | wandb.ai/settings | hex:40
    greptile | Greptile | app.greptile.com
  `,
  ...issuers('the vectors and documents of a cluster', 'critical', 'console')`
    -weaviate | Weaviate | console.weaviate.cloud
    -qdrant | Qdrant | cloud.qdrant.io
    zilliz, milvus | Zilliz | cloud.zilliz.com
    *chroma, trychroma | Chroma | www.trychroma.com
    turbopuffer | turbopuffer | turbopuffer.com/dashboard
    vectara | Vectara | console.vectara.com
    marqo | Marqo | cloud.marqo.ai/api-keys
    meilisearch, meili | Meilisearch | cloud.meilisearch.com
    typesense | Typesense | cloud.typesense.org
  `,
  ...issuers('the search or crawling budget of an account', 'medium', 'console')`
    apify | Apify | console.apify.com/settings/integrations
    bingsearch, *bing | Microsoft Bing | portal.azure.com
    *brave, bravesearch | Brave Search | api-dashboard.search.brave.com/app/keys | BSA<w:28>, BSA<w:27>
    browserless | Browserless | account.browserless.io
    browshot | Browshot | browshot.com/dashboard
    diffbot | Diffbot | app.diffbot.com/account
    kagi | Kagi | kagi.com/settings?p=api
    proxycrawl, crawlbase | Crawlbase | crawlbase.com/dashboard
    restpack | Restpack | restpack.io/console
    scraperapi | ScraperAPI | dashboard.scraperapi.com
    scrapeowl | ScrapeOwl | app.scrapeowl.com
    scrapestack | scrapestack | scrapestack.com/dashboard
    scrapfly | Scrapfly | scrapfly.io/dashboard
    scrapingant | ScrapingAnt | app.scrapingant.com
    scrapingbee | ScrapingBee | app.scrapingbee.com/account/manage/api_key
    screenshotapi | ScreenshotAPI | app.screenshotapi.net
    screenshotlayer | screenshotlayer | screenshotlayer.com/dashboard
    searchapi | SearchApi | www.searchapi.io
    serpapi | SerpApi | serpapi.com/manage-api-key
    serper | Serper | serper.dev/api-keys
    serphouse | SERPhouse | app.serphouse.com
    serpstack | serpstack | serpstack.com/dashboard
    urlbox | Urlbox | urlbox.com/dashboard
    webscraper | Web Scraper | cloud.webscraper.io/api
    webscraping, webscrapingai | WebScraping.AI | webscraping.ai/dashboard
    youcom | You.com | api.you.com
    zenrows | ZenRows | app.zenrows.com
    zenserp | Zenserp | app.zenserp.com
    linkpreview | LinkPreview | my.linkpreview.net
    apiflash | ApiFlash | apiflash.com/dashboard
  `,
];
