import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { TacetError } from '@tacet/records';
import type { TacetWriter } from './writer.ts';

/** What an export came to, as the SDK's `ExportResult` has it: 0 done, 1 failed. An error has a `code`. */
type Done = (result: { code: number; error?: Error }) => void;

/** What exporters have in common: an export is done when the server has made it durable. */
abstract class TacetExporter<Item> {
  readonly #writer: TacetWriter;
  #shut: Promise<void> | undefined;

  constructor(writer: TacetWriter) {
    this.#writer = writer;
    writer.attach();
  }

  protected abstract send(writer: TacetWriter, items: Item[]): Promise<void>;

  export(items: Item[], resultCallback: Done): void {
    const sent = this.#shut
      ? Promise.reject(new TacetError('EXPORTER_SHUT_DOWN', 'this exporter is shut down'))
      : this.send(this.#writer, items);
    sent.then(
      () => resultCallback({ code: 0 }),
      (error) => resultCallback({ code: 1, error }),
    );
  }

  /** Hastens what is on its way; resolves when each export is durable or has failed, which its result says. */
  forceFlush(): Promise<void> {
    return this.#writer.flush();
  }

  /** Ends when what is on its way has. With the last exporter of a writer, its session ends. */
  shutdown(): Promise<void> {
    this.#shut ??= this.#writer.detach();
    return this.#shut;
  }
}

/** Exports log records of the OpenTelemetry SDK, sealed in this process. */
export class TacetLogExporter extends TacetExporter<ReadableLogRecord> implements LogRecordExporter {
  protected override async send(writer: TacetWriter, logs: ReadableLogRecord[]): Promise<void> {
    await writer.send('logs', serialized(ProtobufLogsSerializer.serializeRequest(logs)));
  }
}

/** Exports spans of the OpenTelemetry SDK, sealed in this process. */
export class TacetSpanExporter extends TacetExporter<ReadableSpan> implements SpanExporter {
  protected override async send(writer: TacetWriter, spans: ReadableSpan[]): Promise<void> {
    await writer.send('traces', serialized(ProtobufTraceSerializer.serializeRequest(spans)));
  }
}

function serialized(body: Uint8Array | undefined): Uint8Array {
  if (body) return body;
  throw new TacetError('OTLP_INVALID', 'the batch cannot be serialised');
}
