import { describe, expect, it } from 'vitest';
import { Registry } from './registry.ts';

describe('metrics', () => {
  it('renders the Prometheus text format', () => {
    const registry = new Registry();
    const plain = registry.counter('a_total', 'Plain.');
    const labelled = registry.counter('b_total', 'Labelled.', ['route', 'status']);
    registry.gauge('c', 'Read late.', () => 3.5);
    const histogram = registry.histogram('d_seconds', 'Times.', [0.1, 1], 'route');
    plain.add(2);
    labelled.add(1, '/v1/"x"\n', '200');
    labelled.add(2, '/v1/"x"\n', '200');
    histogram.observe(0.05, '/');
    histogram.observe(0.5, '/');
    histogram.observe(5, '/');
    expect(registry.render()).toBe(
      [
        '# HELP a_total Plain.',
        '# TYPE a_total counter',
        'a_total 2',
        '# HELP b_total Labelled.',
        '# TYPE b_total counter',
        'b_total{route="/v1/\\"x\\"\\n",status="200"} 3',
        '# HELP c Read late.',
        '# TYPE c gauge',
        'c 3.5',
        '# HELP d_seconds Times.',
        '# TYPE d_seconds histogram',
        'd_seconds_bucket{route="/",le="0.1"} 1',
        'd_seconds_bucket{route="/",le="1"} 2',
        'd_seconds_bucket{route="/",le="+Inf"} 3',
        'd_seconds_sum{route="/"} 5.55',
        'd_seconds_count{route="/"} 3',
        '',
      ].join('\n'),
    );
  });
});
