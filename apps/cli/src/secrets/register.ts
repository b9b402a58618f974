import type { Command } from 'commander';
import type { Does } from '../access/register.ts';
import type { Io } from '../io.ts';

const several = (value: string, before: string[] = []) => [...before, value];

/** The flags of commands that read within a range of time. */
function reads(command: Command): Command {
  return command
    .option('--from <time>', 'events from this time on: 2026-01-31, 2026-01-31T08:00Z, or 2h, 7d ago')
    .option('--to <time or url>', 'events up to this time; and, as a URL, a running server', several)
    .option('--purpose <text>', 'why you look: it goes to the trail')
    .option('--dir <directory>', 'the Tacet directory')
    .option('--identity <file>', 'your identity file (TACET_IDENTITY)')
    .option('--passphrase-file <file>', 'file whose first line is the passphrase (TACET_PASSPHRASE_FILE)')
    .option('--token-file <file>', 'file that holds the token (TACET_TOKEN_FILE): a reader token')
    .option('--trail-key <key or file>', "the trail's public key, when your index does not have it");
}

/** Adds `tacet secrets` and `tacet secret …`. */
export function registerSecrets(
  program: Command,
  does: Does,
  io: Io,
  examples: (...lines: string[]) => string,
): void {
  reads(program.command('secrets'))
    .description('List the secrets that were cut out: what, whose, when, how often, where to revoke it.')
    .option('--service <name>', 'of this service only')
    .option('--kind <kind>', 'of this kind only')
    .option('--kinds', 'kinds and numbers only, by what is in the clear: no key and no purpose')
    .option('--json', 'one secret a line as JSON, for machines')
    .addHelpText(
      'after',
      examples(
        'tacet secrets --from 7d --dir ./logs --purpose "weekly review"',
        'tacet secrets --kind openai-api-key --to https://logs.example.com --purpose "incident 12" --json',
        'tacet secrets --kinds --dir ./logs',
      ),
    )
    .action(does(async (options) => (await import('../commands/secrets.ts')).secrets(options, io)));

  const secret = program.command('secret').description('Was this secret ever logged?');
  reads(secret.command('find'))
    .description(
      'Say where and when a secret was logged, by its fingerprint. Status 0: never, 1: it was, 2: unknown.',
    )
    .argument(
      '<input>',
      '-: the secret, or a header or connection string with it, is read from standard input',
    )
    .option(
      '--fingerprint-key <file>',
      "key of a gateway of your own, besides the server's; may be given several times",
      several,
    )
    .option('--json', 'one event a line as JSON, for machines')
    .addHelpText(
      'after',
      examples(
        'tacet secret find - --dir ./logs --purpose "incident 12" < leaked.key',
        'pass show openai | tacet secret find - --to https://logs.example.com --purpose "rotation"',
      ),
    )
    .action(does(async (input, options) => (await import('../commands/secret.ts')).find(input, options, io)));
}
