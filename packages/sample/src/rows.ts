import { sampleTurn } from './chat.ts';
import {
  DIRECTORIES,
  ENDPOINTS,
  EXCEPTIONS,
  FILES,
  FUNCTIONS,
  MODELS,
  MODULES,
  SERVICE_LINES,
  SERVICES,
} from './material/backend.ts';
import { ENGLISH } from './material/english.ts';
import type { Random } from './random.ts';
import { SECRET_TYPES, sampleSecret } from './secrets.ts';
import type { Session } from './sessions.ts';
import { render, template, words } from './template.ts';

/** A row of the leaked table: `string Nested(names String, values String)` gives the dotted columns. */
export interface LogStreamRow {
  /** `YYYY-MM-DD hh:mm:ss`, UTC. */
  timestamp: string;
  span_name: string;
  _service: string;
  /** Origin of the request as a JSON text: session, directory structure, chatbot metadata. */
  _source: string;
  'string.names': string[];
  'string.values': string[];
}

export interface Moment {
  /** Milliseconds since 1970. */
  ms: number;
  session: Session;
  /** Texts that must stand somewhere in this row, as a user or a machine would have written them. */
  planted: readonly string[];
}

const PODS = Array.from({ length: 96 }, (_, index) => {
  const tail = (index * 2654435761).toString(36).slice(-5);
  return `${SERVICES[index % SERVICES.length]}-${(index * 40503 + 65536).toString(16)}-${tail}`;
});

const LINES = SERVICE_LINES.map((text) =>
  template(text, {
    n: Array.from({ length: 360 }, (_, index) => String(index + Math.floor(index ** 1.5))),
    digit: words('0 1 2 3'),
    host: PODS,
    status: words('200 200 200 201 204 304 400 401 403 404 429 499 500 502 503 504'),
    endpoint: ENDPOINTS,
    directory: DIRECTORIES,
    file: FILES,
    module: MODULES,
    function: FUNCTIONS,
    model: MODELS,
    tier: words('free plus team internal'),
    verdict: words('allowed spam violence self-harm politics malware none'),
    city: ENGLISH.city,
  }),
);

export const serviceLine = (random: Random) => render(random.pick(LINES), random);
export const pod = (random: Random) => random.pick(PODS);

export function stackTrace(random: Random): string {
  const frames = Array.from({ length: random.between(2, 5) }, () => {
    const [module, name] = random.pick(MODULES).split('.');
    return `  File "/opt/novamind/${module}/${name}.py", line ${random.between(8, 400)}, in ${random.pick(FUNCTIONS)}`;
  });
  return `Traceback (most recent call last):\n${frames.join('\n')}\n${random.pick(EXCEPTIONS)}: ${serviceLine(random)}`;
}

function row(
  { ms, session }: Moment,
  random: Random,
  span: string,
  strings: Readonly<Record<string, string>>,
): LogStreamRow {
  return {
    timestamp: new Date(ms).toISOString().slice(0, 19).replace('T', ' '),
    span_name: span,
    _service: random.pick(SERVICES),
    _source: session.source,
    'string.names': Object.keys(strings),
    'string.values': Object.values(strings),
  };
}

/** A chat request with its answer. */
export function chatRow(moment: Moment, random: Random): LogStreamRow {
  const turn = sampleTurn(moment.session.language, random, moment.planted);
  const strings = {
    request_id: moment.session.trace,
    message_id: random.hex(24),
    prompt: turn.question,
    response: turn.answer,
    title: turn.title,
    pod: pod(random),
    elapsed_ms: String(random.skewed(2400)),
  };
  return row(
    moment,
    random,
    '/api/v0/chat/completion',
    random.chance(0.3) ? { ...strings, reasoning: turn.thought } : strings,
  );
}

/** A plain line of a service, or a stack trace. */
export function serviceRow(moment: Moment, random: Random): LogStreamRow {
  const failed = random.chance(0.15);
  const strings: Record<string, string> = {
    level: failed ? 'ERROR' : random.pick(['INFO', 'INFO', 'INFO', 'DEBUG', 'WARN']),
    message: [serviceLine(random), ...moment.planted].join(' '),
    pod: pod(random),
    trace_id: moment.session.trace,
  };
  if (failed) strings['exception.stacktrace'] = stackTrace(random);
  return row(moment, random, random.pick(ENDPOINTS), strings);
}

/** Back-end details with secrets: environment dumps, failing connections, request headers, URLs. */
export function secretRow(moment: Moment, random: Random): LogStreamRow {
  const shown = moment.planted.length
    ? moment.planted
    : Array.from(
        { length: random.between(1, 2) },
        () => sampleSecret(random.pick(SECRET_TYPES), random).shown,
      );
  const strings: Record<string, string> = { pod: pod(random), trace_id: moment.session.trace };
  for (const text of shown) {
    const place = random.below(5);
    if (place === 0) strings['process.env'] = `PATH=/usr/bin HOME=/home/deploy ${text} LANG=C.UTF-8`;
    else if (place === 1)
      strings['request.body'] = JSON.stringify({ note: serviceLine(random), value: text });
    else if (place === 2)
      strings['exception.stacktrace'] = `${stackTrace(random)}: cannot connect with ${text}`;
    else if (place === 3)
      strings['config.dump'] = `# ${random.pick(FILES)}\nupstream: ${pod(random)}\nvalue: ${text}\n`;
    else strings.message = `${serviceLine(random)} ${text}`;
  }
  // Two secrets may have drawn the same place: none may be lost.
  const all = Object.values(strings).join('\n');
  const lost = shown.filter(
    (text) => !all.includes(text) && !all.includes(JSON.stringify(text).slice(1, -1)),
  );
  if (lost.length) strings.attached = lost.join('\n');
  return row(moment, random, random.pick(ENDPOINTS), strings);
}
