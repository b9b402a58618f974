import { codeOf } from '@tacet/records';
import { platform } from '@tacet/seal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkpointText,
  cosign,
  cosignedAt,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
import {
  formatNote,
  formatVerifierKey,
  parseNote,
  parseVerifierKey,
  SIGNATURE_TYPE,
  verifierKey,
} from './note.ts';
import { utf8 } from './text.ts';

const failure = async (run: () => unknown) => {
  try {
    await run();
  } catch (error) {
    return codeOf(error);
  }
};
const keyOf = async (name: string, type: 1 | 4) => {
  const signer = await platform.signer(platform.random(32));
  return { signer, key: verifierKey(name, type, signer.publicKey) };
};
const log = await keyOf('example.com/log', SIGNATURE_TYPE.note);
const witness = await keyOf('witness.example/w1', SIGNATURE_TYPE.cosignature);
const checkpoint = { origin: 'example.com/log', size: 20852163, root: platform.sha256(utf8('root')) };
const signed = await signCheckpoint(checkpoint, log.key, log.signer);

describe('signed notes', () => {
  // From c2sp.org/signed-note.
  const published = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
  const note = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

  it('are read and verified as the specification’s example', async () => {
    const key = parseVerifierKey(published);
    expect(formatVerifierKey(key)).toBe(published);
    const { text, signatures } = parseNote(note);
    const [{ name, id, signature } = signatures[0]!] = signatures;
    expect([name, id]).toEqual([key.name, key.id]);
    expect(await platform.verify(key.key, signature, utf8(text))).toBe(true);
    expect(formatNote(parseNote(note))).toBe(note);
  });

  it.each([
    ['no signatures', 'text\n'],
    ['no newline at the end', note.trimEnd()],
    ['no dash', note.replace('— ', '- ')],
    ['no name', note.replace('example.com/foo Uw', ' Uw')],
    ['another base64', note.replace('QM=', 'QN=')],
    ['control characters', note.replace('is an', 'is\tan')],
    ['something after', `${note}x\n`],
    ['too many bytes', `${'x'.repeat(70_000)}${note}`],
    ['too many signatures', note.slice(0, 29) + note.slice(29).repeat(65)],
  ])('are refused with %s', async (_, text) => {
    expect(await failure(() => parseNote(text))).toBe('CHECKPOINT_MALFORMED');
  });

  it.each([
    ['another id', published.replace('530d903a', '530d903b')],
    ['another name', published.replace('foo', 'bar')],
    ['no type that is known', formatVerifierKey(verifierKey('a', 2 as 1, new Uint8Array(32)))],
    ['a short key', formatVerifierKey(verifierKey('a', 1, new Uint8Array(31)))],
    ['nothing', ''],
  ])('have keys that are refused with %s', async (_, text) => {
    expect(await failure(() => parseVerifierKey(text))).toBe('TRAIL_KEY_INVALID');
  });
});

describe('checkpoints', () => {
  it('come back as they were signed', async () => {
    expect(await openCheckpoint(formatCheckpoint(signed), log.key)).toEqual(signed);
    expect(signed.note.text).toBe(checkpointText(checkpoint));
  });

  it('do not open after any change of one character, nor by another key', async () => {
    const text = formatCheckpoint(signed);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom(...'A0 \n+—é'), async (at, character) => {
        fc.pre(text[at] !== character);
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        expect(await failure(() => openCheckpoint(changed, log.key))).toMatch(/^CHECKPOINT_/);
      }),
    );
    const other = await keyOf('example.com/log', SIGNATURE_TYPE.note);
    expect(await failure(() => openCheckpoint(text, other.key))).toBe('CHECKPOINT_UNSIGNED');
  });

  it('are of the log that the key names', async () => {
    const other = await signCheckpoint({ ...checkpoint, origin: 'example.com/other' }, log.key, log.signer);
    expect(await failure(() => openCheckpoint(formatCheckpoint(other), log.key))).toBe('CHECKPOINT_UNSIGNED');
  });

  it.each([
    ['a leading zero', '07'],
    ['a sign', '-7'],
    ['more than a number holds', '9007199254740993'],
    ['no digits', 'x'],
  ])('are refused with a size with %s', async (_, size) => {
    const text = formatCheckpoint(signed).replace('20852163', size);
    expect(await failure(() => parseCheckpoint(text))).toBe('CHECKPOINT_MALFORMED');
  });
});

describe('cosignatures', () => {
  const withLine = async (time: number, by = witness) => {
    const line = await cosign(signed.note.text, time, by.key, by.signer);
    return { text: signed.note.text, signatures: [...signed.note.signatures, line] };
  };

  it('say when the witness signed, beside signatures of others', async () => {
    const note = await withLine(1_679_315_147);
    expect(await cosignedAt(note, witness.key)).toBe(1_679_315_147);
    expect((await openCheckpoint(formatNote(note), log.key)).size).toBe(checkpoint.size);
    const stranger = await keyOf('witness.example/w2', SIGNATURE_TYPE.cosignature);
    expect(await cosignedAt(note, stranger.key)).toBeUndefined();
    expect(await cosignedAt(signed.note, witness.key)).toBeUndefined();
  });

  it('are refused when they are of another time or text', async () => {
    const { text, signatures } = await withLine(1_679_315_147);
    const { name, id, signature } = signatures.at(-1)!;
    for (const at of [7, 8, 71]) {
      const changed = signature.slice();
      changed[at]! ^= 1;
      const note = { text, signatures: [{ name, id, signature: changed, line: '' }] };
      expect(await failure(() => cosignedAt(note, witness.key))).toBe('CHECKPOINT_UNSIGNED');
    }
    const other = { text: text.replace('63\n', '64\n'), signatures };
    expect(await failure(() => cosignedAt(other, witness.key))).toBe('CHECKPOINT_UNSIGNED');
    expect(await failure(() => cosignedAt(signed.note, log.key))).toBe('TRAIL_KEY_INVALID');
  });
});
