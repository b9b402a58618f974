import type { Command } from 'commander';
import type { Does } from '../access/register.ts';
import type { Io } from '../io.ts';

const several = (value: string, before: string[] = []) => [...before, value];

/** Adds `tacet erase …` and `tacet receipt …`. */
export function registerErasing(
  program: Command,
  does: Does,
  io: Io,
  examples: (...lines: string[]) => string,
): void {
  const erase = program
    .command('erase')
    .description("Erase a person's rows for good, with a second person's approval and a receipt.");
  const by = (command: Command) =>
    command
      .option('--dir <directory>', 'the Tacet directory')
      .option('--to <url>', 'a running server instead of a directory')
      .option('--identity <file>', 'your identity file (TACET_IDENTITY)')
      .option('--passphrase-file <file>', 'file whose first line is the passphrase (TACET_PASSPHRASE_FILE)')
      .option('--token-file <file>', "file that holds the token (TACET_TOKEN_FILE): an owner's or an admin's")
      .option('--json', 'print the outcome as JSON, for machines');
  const because = (command: Command) => by(command).option('--purpose <text>', 'why: it goes to the trail');

  because(erase.command('run', { isDefault: true }))
    .description('Ask for an erasure; once it is approved, do it. Run again until there is a receipt.')
    .option('--subject <field=value>', 'whose rows: user.id=u-42; may be given several times', several)
    .option('--receipt <file>', 'where the receipt is to be; a new file')
    .addHelpText(
      'after',
      examples(
        'tacet erase --subject user.id=u-42 --dir ./logs --purpose "erasure request 17"',
        'tacet erase --subject user.id=u-42 --subject session.id=s-9 --to https://logs.example.com --purpose "request 17"',
      ),
    )
    .action(does(async (options) => (await import('../commands/erase.ts')).erase(options, io)));
  because(erase.command('approve'))
    .description('Agree to an erasure that somebody else asked for.')
    .argument('<id>', 'as the asking command, or `tacet erase list`, shows it')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples('tacet erase approve 5f2c… --dir ./logs --purpose "seen the letter of 3 May"'),
    )
    .action(does(async (id, options) => (await import('../commands/erase.ts')).approve(id, options, io)));
  by(erase.command('list'))
    .description('Show erasures and what became of them.')
    .addHelpText('after', examples('tacet erase list --dir ./logs'))
    .action(does(async (options) => (await import('../commands/erase.ts')).listErasures(options, io)));

  program
    .command('receipt')
    .description('Receipts of erasures.')
    .command('verify')
    .description('Check a receipt, offline: who signed, who approved, what it says.')
    .argument('<file>', 'the receipt')
    .option('--dir <directory>', 'trust the workspace of this directory')
    .option('--root <hash>', 'trust the workspace with this root hash; `tacet init --json` tells it')
    .option('--json', 'print what the receipt says as JSON, for machines')
    .addHelpText(
      'after',
      examples(
        'tacet receipt verify erasure-5f2c9b1d.receipt.json',
        'tacet receipt verify r.json --root 3f2a…',
      ),
    )
    .action(
      does(async (file, options) => (await import('../commands/receipt.ts')).verify(file, options, io)),
    );
}
