// An app in CommonJS as its authors write it: an OpenAI client, instrumented, exported by @tacet/sdk.
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { OpenAIInstrumentation } = require('@opentelemetry/instrumentation-openai');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const { BatchLogRecordProcessor, LoggerProvider } = require('@opentelemetry/sdk-logs');
const { BasicTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
const { TacetLogExporter, TacetSpanExporter, TacetWriter } = require('@tacet/sdk');

const { TACET_URL, TACET_STATE, PROMPT } = process.env;
const writer = new TacetWriter({ to: TACET_URL, state: TACET_STATE });
const resource = resourceFromAttributes({ 'service.name': 'shop' });
const tracerProvider = new BasicTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new TacetSpanExporter(writer))],
});
const loggerProvider = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new TacetLogExporter(writer) })],
});
registerInstrumentations({
  tracerProvider,
  loggerProvider,
  instrumentations: [new OpenAIInstrumentation({ captureMessageContent: true })],
});

// Instrumented as it is loaded; reads its key and the provider's address from the environment.
const { OpenAI } = require('openai');

new OpenAI().chat.completions
  .create({ model: 'gpt-stand-in', messages: [{ role: 'user', content: PROMPT }] })
  .then(() => loggerProvider.forceFlush())
  .then(() => Promise.all([tracerProvider.shutdown(), loggerProvider.shutdown()]));
