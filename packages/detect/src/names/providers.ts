/** Who issues secrets: with one of these before it, a `…_key` is a secret even in plain hexadecimal. */
export const PROVIDERS: ReadonlySet<string> = new Set(
  [
    'abstract adafruit adobe adyen ai21 airtable alchemy algolia alibaba amplitude anthropic apify asana',
    'assemblyai atlassian auth0 aws azure baidu bitbucket bitly braintree brevo browserstack bugsnag',
    'buildkite cerebras circleci clarifai clickhouse clickup cloudflare cloudinary codecov cohere coinbase',
    'confluent contentful coveralls dashscope databricks datadog dd deepgram deepseek digitalocean discord',
    'docusign dropbox dynatrace elastic elevenlabs etherscan exa facebook fal fastly fauna figma firebase',
    'fireworks freshdesk gcp gemini github gitlab google grafana groq hcaptcha helicone heroku honeycomb',
    'hubspot huggingface ibm infura instana intercom ipinfo jenkins jira jumio kaggle klaviyo kraken',
    'langfuse langsmith launchdarkly line linear linkedin linode logdna mailchimp mailgun mailjet mapbox',
    'maxmind meta minimax mistral mixpanel modal mongodb moonshot netlify newrelic ngrok notion nvidia okta',
    'onesignal openai openrouter openweather opsgenie pagerduty paypal perplexity pinecone pipedrive plaid',
    'planetscale postmark posthog pusher qdrant rapidapi razorpay recaptcha redis replicate resend rollbar',
    'salesforce segment sendgrid sentry serpapi shippo shodan shopify signalfx siliconflow slack snowflake',
    'snyk sonar splunk square stability stripe sumologic supabase tavily tencent tiktok together travis',
    'trello turnstile twilio twitch twitter typeform unsplash upstash vercel virustotal volcengine voyage',
    'vultr wandb weaviate whatsapp xai xero yandex youtube zendesk zhipu zoom',
  ].flatMap((line) => line.split(' ')),
);

/** Words before `key` that make it a place, a lock's name or a public half, not a secret. */
export const KEYS_OF_THINGS: ReadonlySet<string> = new Set(
  [
    'public pub publishable anon primary foreign cache partition sort object s3 idempotency trace row hash',
    'index group dedup deduplication unique composite registry translation i18n locale label config setting',
    'lookup map dict json issue project ticket message event metric redis queue routing shard range',
    'bucket file blob storage record entity natural surrogate candidate business parent child item',
    'data meta metadata attribute property field column search filter feature flag experiment context',
    'name type kind id prop react list node tree state store reducer query mutation request response route',
    'path url param enter return shift ctrl control alt arrow tab escape backspace hot short function f',
    'prompt kv attention attn answer piano low high major minor legend license plate join lock mutex rate',
    'limit throttle batch job task log span stream topic consumer kafka current last first next prev',
    'previous start end old new sub base build artifact source target image site host ssh known fingerprint',
  ].flatMap((line) => line.split(' ')),
);

const SK = /^sk-[A-Za-z0-9]{48}$/;

/**
 * Providers all of whose keys have a form that a rule knows: another one under their name is doubtful. With the
 * form, where they share it with others.
 */
const FORMS_KNOWN: ReadonlyMap<string, RegExp | undefined> = new Map([
  ...'anthropic authress cursor databricks deepseek elevenlabs gemini grafana groq minimax mistral runpod supabase tailscale'
    .split(' ')
    .map((name) => [name, undefined] as const),
  ...['kimi', 'moonshot'].map((name) => [name, SK] as const),
]);

/** Whether a provider is among the words of a name whose keys look otherwise than `value`. */
export function anothersForm(words: readonly string[], value: string): boolean {
  return words.some((word) => FORMS_KNOWN.has(word) && !FORMS_KNOWN.get(word)?.test(value));
}
