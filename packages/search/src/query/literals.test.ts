import { describe, expect, it } from 'vitest';
import { requiredWords } from './literals.ts';

describe('words that a regular expression requires', () => {
  it.each([
    ['timeout', undefined],
    [' timeout ', [['timeout']]],
    ['a Timeout_1 b', [['timeout_1']]],
    ['/v1/chat/', [['v1', 'chat']]],
    ['x: y z', [['y']]],
    ['a é b', undefined],
    [' naïve word ', [['word']]],
    ['a timeout b|c refused d', [['timeout'], ['refused']]],
    ['a timeout b|c', undefined],
    ['a timeout b.*c refused d', [['timeout', 'refused']]],
    ['(a timeout b)', undefined],
    ['(a|\\)b) timeout ', [['timeout']]],
    ['[ ()|] timeout ', [['timeout']]],
    ['[]|] timeout ', [['timeout']]],
    ['[[:space:]|] timeout ', [['timeout']]],
    ['[^\\]|] timeout ', [['timeout']]],
    [' timeout ?', undefined],
    [' timeout *', undefined],
    [' timeout {2}', undefined],
    [' timeout {1,2}refused ', undefined],
    [' timeout {x|y} refused ', [['timeout'], ['refused']]],
    [' timeout +', [['timeout']]],
    ['\\.timeout\\.', [['timeout']]],
    ['\\btimeout\\b', undefined],
    ['\\x20timeout ', undefined],
    ['\\Q timeout \\E', undefined],
    ['\\pL timeout ', undefined],
    ['(?i) Timeout ', [['timeout']]],
    ['数据库', [['数据', '据库']]],
    ['数据库?', [['数据']]],
    ['数据{2}库错', [['库错']]],
    ['数据.库', [['数据']]],
    ['库', undefined],
    ['カタ', undefined],
    ['\uf900\uf901', undefined],
    ['', undefined],
  ])('%s', (pattern, words) => {
    expect(requiredWords(pattern, { numbers: false })).toEqual(words);
  });

  it('asks for no word of a text that may be a number', () => {
    expect(requiredWords('-42\\.0', { numbers: true })).toBeUndefined();
    expect(requiredWords('-42\\.0', { numbers: false })).toEqual([['42']]);
    expect(requiredWords('/42/', { numbers: true })).toEqual([['42']]);
  });
});
