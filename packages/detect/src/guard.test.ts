import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClearGuard } from './guard.ts';

const guard = new ClearGuard();
const PLANTED = [
  'li.lei@qq.com',
  '+49 30 901820',
  '4111 1111 1111 1111',
  'GB29 NWBK 6016 1331 9268 19',
  '8.8.4.4',
  '11010519491231002X',
  '13800138000',
  `[secret:openai-api-key:${'0'.repeat(32)}]`,
  '[secret:password]',
];

/** Base64 of a few letters may be anything. */
const long = (text: string) => text.length > 24;

describe('what may stand in a clear column', () => {
  it('is nothing with a secret or personal data, wherever it stands and however a URL writes it', () => {
    const around = fc.stringMatching(/^[a-z /]{0,300}$/);
    fc.assert(
      fc.property(
        around,
        fc.constantFrom(...PLANTED),
        around,
        fc.boolean(),
        (before, planted, after, url) => {
          const text = `${before} ${planted} ${after}`;
          expect(guard.allows(text)).toBe(false);
          if (url && !planted.startsWith('['))
            for (const code of [encodeURIComponent, JSON.stringify, long(text) ? btoa : encodeURI])
              expect(guard.allows(`/x?${code(text)}`)).toBe(false);
        },
      ),
    );
  });

  it.each([
    '',
    'chat-backend',
    'POST /v1/chat/completions',
    'GET /v1/users/12345678/orders',
    'gpt-4o-2024-08-06',
    'claude-3-5-sonnet-20241022',
    'Qwen/Qwen2.5-72B-Instruct',
    '退款服务',
    'db.query SELECT 100%',
    'pod-7d4f8b9c6d-x2x5z',
    'job 2025-01-06T10:00:00.123Z',
    '0af7651916cd43dd8448eb211c80319c',
  ])('is %s', (text) => {
    expect(guard.allows(text)).toBe(true);
    // The second time by what is remembered.
    expect(guard.allows(text)).toBe(true);
  });

  it('is judged again for more texts than are remembered', () => {
    for (let i = 0; i < 5_000; i++) expect(guard.allows(`service-${i}`)).toBe(true);
    expect(guard.allows(PLANTED[0]!)).toBe(false);
  });
});
