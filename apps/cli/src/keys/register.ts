import { type Command, Option } from 'commander';
import type { Does } from '../access/register.ts';
import type { Io } from '../io.ts';

const DIRECTORY = 'the Tacet directory';
const IDENTITY = 'your identity file (TACET_IDENTITY)';
const PASSPHRASE = 'file whose first line is the passphrase (TACET_PASSPHRASE_FILE)';

const several = (value: string, before: string[] = []) => [...before, value];

/** Adds `tacet keys …`: what a holder of the workspace's keys does. */
export function registerKeys(
  program: Command,
  does: Does,
  io: Io,
  examples: (...lines: string[]) => string,
): void {
  const keys = program
    .command('keys')
    .description('Epochs, readers, the keys that certify them, and what to do when one is lost.');

  const at = (command: Command) =>
    command
      .option('--dir <directory>', DIRECTORY)
      .option('--to <url>', 'a running server instead of a directory')
      .option(
        '--token-file <file>',
        "file that holds the token (TACET_TOKEN_FILE): the owner's or an admin's",
      )
      .option('--json', 'print the outcome as JSON, for machines');
  const by = (command: Command) =>
    at(command).option('--identity <file>', IDENTITY).option('--passphrase-file <file>', PASSPHRASE);

  at(keys.command('list'))
    .description('Show epochs, readers and writers, verified.')
    .addHelpText(
      'after',
      examples('tacet keys list --dir ./logs', 'tacet keys list --to https://logs.example.com --json'),
    )
    .action(does(async (options) => (await import('./commands/list.ts')).list(options, io)));

  by(keys.command('rotate'))
    .description('Start a new epoch now: later events are sealed to a new key.')
    .addHelpText('after', examples('tacet keys rotate --dir ./logs'))
    .action(does(async (options) => (await import('./commands/rotate.ts')).rotate(options, io)));

  by(keys.command('renew'))
    .description('Renew the certificates of the newest epoch and of writers. The key agent does it daily.')
    .addHelpText('after', examples('tacet keys renew --dir ./logs'))
    .action(does(async (options) => (await import('./commands/rotate.ts')).renew(options, io)));

  const identity = keys.command('identity').description("A reader's own keys.");
  identity
    .command('new')
    .description('Make the keys of a reader, and the file by which an owner grants epochs to them.')
    .argument('<name>', "the reader's name, for lists")
    .option('--identity <file>', 'where the identity file is to be')
    .option('--passphrase-file <file>', PASSPHRASE)
    .option('--json', 'print what was made as JSON, for machines')
    .addHelpText(
      'after',
      examples('tacet keys identity new Ann', 'tacet keys identity new Ann --identity ./ann.identity'),
    )
    .action(
      does(async (name, options) => (await import('./commands/identity.ts')).newIdentity(name, options, io)),
    );

  by(keys.command('grant'))
    .description('Let a reader open epochs: the past ones, and every later one until it is revoked.')
    .argument('<file>', 'what `tacet keys identity new` made for the owner (….reader)')
    .option('--fingerprint <digits>', 'the fingerprint as the reader told you; else you are asked')
    .option('--name <name>', 'another name than the file says')
    .addOption(new Option('--from-epoch <number>', 'no epoch before this one').default('1'))
    .addHelpText(
      'after',
      examples(
        'tacet keys grant ann.reader --dir ./logs',
        'tacet keys grant ann.reader --from-epoch 3 --fingerprint "3f2a 91bc …" --dir ./logs',
      ),
    )
    .action(does(async (file, options) => (await import('./commands/grant.ts')).grant(file, options, io)));

  by(keys.command('revoke'))
    .description('End all grants of a reader, and start an epoch that it cannot open.')
    .argument('<reader>', 'name or fingerprint')
    .addHelpText('after', examples('tacet keys revoke Ann --dir ./logs'))
    .action(
      does(async (reader, options) => (await import('./commands/revoke.ts')).revoke(reader, options, io)),
    );

  by(keys.command('agent'))
    .description('Hold the operations key in a process of its own: certificates daily, an epoch a month.')
    .addOption(new Option('--epoch-days <number>', 'a new epoch after so many days').default('30'))
    .option('--once', 'do what is due now and end')
    .addHelpText(
      'after',
      examples(
        'tacet keys agent --identity agent.identity --dir ./logs',
        'tacet keys agent --identity agent.identity --to https://logs.example.com --token-file admin.token --once',
      ),
    )
    .action(does(async (options) => (await import('./commands/agent.ts')).agent(options, io)));

  by(keys.command('shred'))
    .description('Destroy all keys of an epoch that is over: nothing sealed in it opens any more.')
    .argument('<epoch>', 'its number')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('tacet keys shred 3 --dir ./logs'))
    .action(does(async (epoch, options) => (await import('./commands/shred.ts')).shred(epoch, options, io)));

  const operations = keys
    .command('operations')
    .description('The key that certifies epochs, readers and writers.');
  by(operations.command('export'))
    .description('Write it, and nothing else, to an identity file for a key agent.')
    .argument('<file>', 'the new file')
    .option('--new-passphrase-file <file>', 'file whose first line is the passphrase of the new file')
    .addHelpText('after', examples('tacet keys operations export agent.identity --dir ./logs'))
    .action(
      does(async (file, options) =>
        (await import('./commands/operations.ts')).exportOperations(file, options, io),
      ),
    );
  by(operations.command('rotate'))
    .description('Replace it. The one before counts until it ends.')
    .option('--agent <file>', "an agent's identity file to write the new key to; several times", several)
    .addHelpText('after', examples('tacet keys operations rotate --agent agent.identity --dir ./logs'))
    .action(
      does(async (options) => (await import('./commands/operations.ts')).rotateOperations(options, io)),
    );

  const root = keys.command('root').description('The key that delegates the operations key.');
  by(root.command('rotate'))
    .description('Replace it by the one that was announced before.')
    .option(
      '--replace-operations',
      'the operations key may be stolen: void it, and certify what `tacet keys list` shows by a new one',
    )
    .addHelpText(
      'after',
      examples(
        'tacet keys root rotate --dir ./logs',
        'tacet keys root rotate --replace-operations --dir ./logs',
      ),
    )
    .action(does(async (options) => (await import('./commands/root.ts')).rotateRoot(options, io)));

  by(keys.command('recovery'))
    .description('Make what brings the owner’s keys back when the identity is lost.')
    .option('--shares <directory>', 'three shares, of which any two suffice')
    .option('--file <file>', 'one file under a passphrase')
    .option('--new-passphrase-file <file>', 'file whose first line is the passphrase of that file')
    .addHelpText(
      'after',
      examples(
        'tacet keys recovery --shares ./shares --dir ./logs',
        'tacet keys recovery --file r.identity --dir ./logs',
      ),
    )
    .action(does(async (options) => (await import('./commands/recovery.ts')).makeRecovery(options, io)));
  keys
    .command('recover')
    .description('Get the owner’s keys back from two shares, or from a file under a passphrase.')
    .option('--share <file>', 'a share; two times', several)
    .option('--file <file>', 'what `tacet keys recovery --file` made')
    .option('--passphrase-file <file>', PASSPHRASE)
    .requiredOption('--identity <file>', 'the identity file to write')
    .option('--new-passphrase-file <file>', 'file whose first line is the passphrase of that file')
    .option('--json', 'print the outcome as JSON, for machines')
    .addHelpText(
      'after',
      examples(
        'tacet keys recover --share share-1.txt --share share-3.txt --identity new.identity',
        'tacet keys recover --file r.identity --identity new.identity',
      ),
    )
    .action(does(async (options) => (await import('./commands/recovery.ts')).recover(options, io)));
}
