import { Registry } from './registry.ts';

/** What a running server counts. */
export interface Metrics {
  registry: Registry;
  events: ReturnType<Registry['counter']>;
  batches: ReturnType<Registry['counter']>;
  refused: ReturnType<Registry['counter']>;
  secrets: ReturnType<Registry['counter']>;
  segments: ReturnType<Registry['counter']>;
  commitFailures: ReturnType<Registry['counter']>;
  requests: ReturnType<Registry['counter']>;
  seconds: ReturnType<Registry['histogram']>;
}

/** Numbers that are read when a scrape asks for them. */
export interface Gauges {
  inFlightBytes(): number;
  /** 1 while the last write to the stores succeeded. */
  healthy(): number;
  /** What only a server with a trail and records of its own knows. */
  trailSize?(): number;
  /** Unix seconds. */
  certificateEnds?(): number;
  /** By severity, after the last look at this installation. */
  openFindings?(): Readonly<Record<string, number>>;
}

/** Declares every metric; see docs/commands.md for what each means. */
export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  registry.gauge('tacet_in_flight_bytes', 'Bytes received and not yet durable.', gauges.inFlightBytes);
  registry.gauge('tacet_stores_healthy', '1 while the stores take writes.', gauges.healthy);
  if (gauges.trailSize) registry.gauge('tacet_trail_entries', 'Entries of the trail.', gauges.trailSize);
  if (gauges.certificateEnds)
    registry.gauge(
      'tacet_epoch_certificate_expiry_seconds',
      'When the certificate of the current epoch ends, Unix time.',
      gauges.certificateEnds,
    );
  if (gauges.openFindings)
    registry.gauges(
      'tacet_audit_findings',
      'Findings of audits that are open.',
      'severity',
      gauges.openFindings,
    );
  registry.gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  const started = Date.now() / 1000 - process.uptime();
  registry.gauge('process_start_time_seconds', 'When the process started, Unix time.', () =>
    Math.round(started),
  );
  return {
    registry,
    events: registry.counter('tacet_events_total', 'Events made durable.', ['source']),
    batches: registry.counter('tacet_batches_total', 'Batches, by what became of them.', ['outcome']),
    refused: registry.counter('tacet_refused_total', 'Events or batches refused, by error code.', ['code']),
    secrets: registry.counter('tacet_secrets_total', 'Secrets cut out before sealing.', ['kind']),
    segments: registry.counter('tacet_segments_total', 'Segments stored.'),
    commitFailures: registry.counter('tacet_commit_failures_total', 'Writes to the stores that failed.', [
      'code',
    ]),
    requests: registry.counter('tacet_requests_total', 'Requests answered.', ['route', 'status']),
    seconds: registry.histogram(
      'tacet_request_seconds',
      'Time to the answer.',
      [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
      'route',
    ),
  };
}
