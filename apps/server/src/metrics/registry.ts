/** Values of one metric's labels, in the order in which the labels were declared. */
type Labels = readonly string[];

interface Family {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  lines(): string[];
}

const escapeLabel = (value: string) =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function series(name: string, names: Labels, values: Labels, value: number): string {
  const labels = names.map((label, at) => `${label}="${escapeLabel(values[at] ?? '')}"`).join(',');
  return `${name}${labels ? `{${labels}}` : ''} ${value}`;
}

/**
 * Metrics in the Prometheus text format, version 0.0.4. Label values come from closed sets in the
 * code (routes, statuses, kinds of secret), never from what a client sent: no content, no unbounded
 * number of series.
 */
export class Registry {
  readonly #families: Family[] = [];

  /** A number that only grows. `labels` are names; `add` takes their values. */
  counter(name: string, help: string, labels: Labels = []) {
    const values = new Map<string, { labels: Labels; value: number }>();
    if (labels.length === 0) values.set('', { labels: [], value: 0 });
    const lines = () => [...values.values()].map((entry) => series(name, labels, entry.labels, entry.value));
    this.#families.push({ name, help, type: 'counter', lines });
    return {
      add(amount: number, ...given: string[]): void {
        const key = given.join('\u0000');
        const entry = values.get(key);
        if (entry) entry.value += amount;
        else values.set(key, { labels: given, value: amount });
      },
    };
  }

  /** A number that is read when asked for. */
  gauge(name: string, help: string, read: () => number): void {
    this.#families.push({ name, help, type: 'gauge', lines: () => [series(name, [], [], read())] });
  }

  /** Numbers by one label, read when asked for; none while there are none. */
  gauges(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): void {
    const lines = () =>
      Object.entries(read()).map(([value, number]) => series(name, [label], [value], number));
    this.#families.push({ name, help, type: 'gauge', lines });
  }

  /** Counts of observations up to each of the bounds (ascending), and their sum. */
  histogram(name: string, help: string, bounds: readonly number[], label: string) {
    const values = new Map<string, { counts: number[]; sum: number; count: number }>();
    const lines = () =>
      [...values].flatMap(([value, { counts, sum, count }]) => [
        ...bounds.map((bound, at) =>
          series(`${name}_bucket`, [label, 'le'], [value, `${bound}`], counts[at]!),
        ),
        series(`${name}_bucket`, [label, 'le'], [value, '+Inf'], count),
        series(`${name}_sum`, [label], [value], sum),
        series(`${name}_count`, [label], [value], count),
      ]);
    this.#families.push({ name, help, type: 'histogram', lines });
    return {
      observe(amount: number, labelValue: string): void {
        let entry = values.get(labelValue);
        if (!entry) {
          entry = { counts: bounds.map(() => 0), sum: 0, count: 0 };
          values.set(labelValue, entry);
        }
        entry.sum += amount;
        entry.count++;
        for (const [at, bound] of bounds.entries()) if (amount <= bound) entry.counts[at]!++;
      },
    };
  }

  /** The text of all metrics. */
  render(): string {
    return this.#families
      .flatMap(({ name, help, type, lines }) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...lines(),
      ])
      .map((line) => `${line}\n`)
      .join('');
  }
}
