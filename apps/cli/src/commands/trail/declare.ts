import type { Command } from 'commander';
import type { Io } from '../../io.ts';

const collect = (value: string, before: string[] = []) => [...before, value];

/** Runs a command and keeps its exit status. */
export type Does = <Rest extends unknown[]>(
  command: (...rest: Rest) => Promise<number>,
) => (...rest: Rest) => Promise<void>;

/** Declares `tacet trail …`. */
export function declareTrail(
  program: Command,
  { does, examples, io }: { does: Does; examples: (...lines: string[]) => string; io: Io },
): void {
  const trail = program
    .command('trail')
    .description('The tamper-evident log of who searched, read and changed what.');
  const at = (command: Command) =>
    command
      .option('--dir <directory>', "a Tacet directory, or a copy of its folder 'trail'")
      .option('--to <url>', 'a running server instead of a directory')
      .option('--token-file <file>', 'file with the token of an auditor, admin or owner (TACET_TOKEN_FILE)');
  const key = (command: Command) =>
    command.option('--key <key or file>', "the trail's public key, when your index does not have it");

  at(
    trail.command('show').description('Show the newest entries, the newest last. Nothing is verified by it.'),
  )
    .option('--kind <kind>', 'only entries of this kind; may be repeated', collect)
    .option('--limit <number>', 'at most so many', '50')
    .option('--texts', 'also purposes and other texts: reading them is itself entered in the trail')
    .option('--json', 'one entry a line as JSON, for machines')
    .addHelpText(
      'after',
      examples('tacet trail show --dir ./logs', 'tacet trail show --kind release --texts --dir ./logs'),
    )
    .action(does(async (options) => (await import('./show.ts')).show(options, io)));

  key(
    at(
      trail.command('verify').description('Check the whole trail, or one proof, with its public key alone.'),
    ),
  )
    .option('--known <file>', "another person's checkpoint, or a witness's; may be repeated", collect)
    .option('--witness <key or file>', 'demand the cosignature of this witness; may be repeated', collect)
    .option('--segments', 'also ask the store whether every segment that the trail names is there')
    .option('--proof <file>', "check a proof that 'trail prove' made, instead of a whole trail")
    .option('--json', 'print the report as JSON, for machines')
    .addHelpText(
      'after',
      examples(
        'tacet trail verify --dir ./logs',
        'tacet trail verify --dir ./copy-of-trail --key trail.key --known colleague.checkpoint',
        'tacet trail verify --to https://logs.example.com --witness witness.key',
        'tacet trail verify --proof entry-17.tlog-proof --key trail.key',
      ),
    )
    .action(does(async (options) => (await import('./verify.ts')).verify(options, io)));

  key(at(trail.command('prove').description('Print an entry and the proof that it is in the trail.')))
    .argument('<entry>', 'number of the entry, from 0')
    .option('--witness <key or file>', 'prove it against the newest checkpoint that this witness cosigned')
    .option('--out <file>', 'write it to a new file')
    .addHelpText('after', examples('tacet trail prove 17 --dir ./logs --out entry-17.tlog-proof'))
    .action(does(async (entry, options) => (await import('./prove.ts')).prove(entry, options, io)));

  key(
    at(
      trail
        .command('who')
        .description("Who opened a subject's data: finds its segments, and every release of them."),
    ),
  )
    .argument('<query>', 'the subject: field=value, or a query as in a search')
    .option('--purpose <text>', 'why you look: finding the segments is itself a search on record')
    .option('--texts', 'also for what purpose: reading that is itself entered in the trail')
    .option('--identity <file>', 'your identity file (TACET_IDENTITY)')
    .option('--passphrase-file <file>', 'file whose first line is the passphrase (TACET_PASSPHRASE_FILE)')
    .option('--json', 'one release a line as JSON, for machines')
    .addHelpText(
      'after',
      examples('tacet trail who user.id=u-42 --texts --dir ./logs --purpose "subject access request 9"'),
    )
    .action(does(async (query, options) => (await import('./who.ts')).who(query, options, io)));

  at(trail.command('export').description('Print entries as OCSF JSON lines, for a SIEM.'))
    .option('--from <number>', 'begin with this entry', '0')
    .addHelpText(
      'after',
      examples(
        'tacet trail export --dir ./logs',
        'tacet trail export --from 1200 --to https://logs.example.com',
      ),
    )
    .action(does(async (options) => (await import('./export.ts')).exportTrail(options, io)));
}

/** Declares `tacet witness …`. */
export function declareWitness(
  program: Command,
  { does, examples, io }: { does: Does; examples: (...lines: string[]) => string; io: Io },
): void {
  program
    .command('witness')
    .description('Watch over trails: cosign what only ever grows.')
    .command('serve')
    .description('Cosign checkpoints of trails until stopped (c2sp.org/tlog-witness).')
    .requiredOption(
      '--dir <directory>',
      'where the witness keeps its key and what it cosigned; made when new',
    )
    .requiredOption('--log <key or file>', 'public key of a trail to cosign; may be repeated', collect)
    .option('--name <name>', 'name that it signs under, like witness.example/w1; else one made of its key')
    .option('--port <number>', 'port to listen on; 0 takes any free one', '4319')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--behind-proxy', 'a proxy in front does TLS: allow other addresses')
    .option('--json', 'print address, public key and warnings as JSON, for machines')
    .addHelpText(
      'after',
      examples(
        'tacet witness serve --dir ./witness --log trail.key',
        'tacet witness serve --dir /srv/witness --log a.key --log b.key --name witness.example/w1',
      ),
    )
    .action(does(async (options) => (await import('../witness.ts')).serveWitness(options, io)));
}
