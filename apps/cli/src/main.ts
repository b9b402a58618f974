import { TacetError } from '@tacet/records';
import { Command, CommanderError } from 'commander';
import { registerAccess } from './access/register.ts';
import { registerAudit } from './auditing/register.ts';
import { declareTrail, declareWitness } from './commands/trail/declare.ts';
import { registerErasing } from './erasing/register.ts';
import { reportFailure } from './failure.ts';
import { type Io, STATUS } from './io.ts';
import { registerKeys } from './keys/register.ts';
import { registerSecrets } from './secrets/register.ts';
import { VERSION } from './version.ts';

export type { Io } from './io.ts';

const DIRECTORY = 'the Tacet directory';
const IDENTITY = 'your identity file (TACET_IDENTITY)';
const PASSPHRASE = 'file whose first line is the passphrase (TACET_PASSPHRASE_FILE)';
const TOKEN = 'file that holds the token (TACET_TOKEN_FILE)';

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/**
 * Runs one command and returns its exit status: 0 done, 1 a problem was found, 2 wrong use or failure.
 * `argv` is without the program's name. Touches nothing of the process but what `io` holds.
 */
export async function run(argv: string[], io: Io): Promise<number> {
  let status: number = STATUS.done;
  const program = new Command('tacet')
    .description('A log store for AI platforms that gives nothing away when it leaks.')
    .version(VERSION)
    .addHelpText('after', '\nExit status: 0 done, 1 a problem was found, 2 wrong use or failure.')
    // Flags belong to the command that they stand behind.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      // Wrong use is reported once, like every other error: below.
      outputError: () => {},
    });
  const does =
    <Rest extends unknown[]>(command: (...rest: Rest) => Promise<number>) =>
    async (...rest: Rest): Promise<void> => {
      status = await command(...rest);
    };

  program
    .command('init')
    .description('Found a workspace in a new directory: keys, configuration, first tokens.')
    .requiredOption('--dir <directory>', `${DIRECTORY}, new or empty`)
    .option('--workspace <name>', 'name of the workspace', 'default')
    .option('--identity <file>', `where ${IDENTITY} is to be; outside the directory`)
    .option('--passphrase-file <file>', PASSPHRASE)
    .option('--json', 'print what was made as JSON, for machines; the tokens stay in their files')
    .addHelpText(
      'after',
      examples(
        'tacet init --dir ./logs',
        'tacet init --dir /srv/tacet --workspace acme --identity ~/acme.identity --passphrase-file ~/acme.pass',
      ),
    )
    .action(does(async (options) => (await import('./commands/init.ts')).init(options, io)));

  program
    .command('serve')
    .description('Take logs in and answer searches until stopped.')
    .requiredOption('--dir <directory>', DIRECTORY)
    .option('--port <number>', 'port to listen on; 0 takes any free one', '4318')
    .option(
      '--grpc-port <number>',
      'also take OTLP over gRPC on this port, 4317 by custom; 0 takes any free one',
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--behind-proxy', 'a proxy in front does TLS: allow other addresses and host names')
    .option('--tls-cert <file>', 'certificate and its chain, PEM: serve https; read again when it changes')
    .option('--tls-key <file>', 'its private key, PEM')
    .option(
      '--public-url <url>',
      'the address that browsers use, when it is another: https://logs.example.com',
    )
    .option('--json', 'print the address, and warnings, as JSON, for machines')
    .addHelpText(
      'after',
      examples('tacet serve --dir ./logs', 'tacet serve --dir ./logs --port 8080 --grpc-port 4317'),
    )
    .action(does(async (options) => (await import('./commands/serve.ts')).serve(options, io)));

  const gateway = program
    .command('gateway')
    .description(
      'Receive, cut secrets out and seal beside your apps: the server stores what it cannot read.',
    );
  gateway
    .command('run', { isDefault: true })
    .description('Take logs in and send them sealed, until stopped.')
    .requiredOption('--to <url>', 'the server that stores')
    .requiredOption('--state <directory>', 'folder of this writer: tacet gateway enroll makes one')
    .option('--port <number>', 'port to listen on; 0 takes any free one', '4318')
    .option(
      '--grpc-port <number>',
      'also take OTLP over gRPC on this port, 4317 by custom; 0 takes any free one',
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--behind-proxy', 'a proxy in front does TLS: allow other addresses and host names')
    .option('--json', 'print the address, and warnings, as JSON, for machines')
    .addHelpText(
      'after',
      examples('tacet gateway --to https://logs.example.com --state /var/lib/tacet-gateway'),
    )
    .action(does(async (options) => (await import('./commands/gateway.ts')).runGateway(options, io)));
  gateway
    .command('enroll')
    .description(
      'Make the key of a new writer, and the request that a holder of the operations key certifies.',
    )
    .requiredOption('--state <directory>', 'folder for the key and the token; new or empty')
    .requiredOption('--token-file <file>', 'file that holds an ingest token of the workspace')
    .option('--name <name>', 'what people call this writer', 'gateway')
    .option('--fingerprint-key <file>', 'key of another writer, so that fingerprints of secrets are alike')
    .option('--json', 'print the request as JSON, for machines')
    .addHelpText(
      'after',
      examples('tacet gateway enroll --state /var/lib/tacet-gateway --token-file ingest.token --name shop-1'),
    )
    .action(does(async (options) => (await import('./commands/gateway.ts')).enroll(options, io)));

  gateway
    .command('certify')
    .description('Let a writer seal for the workspace: by a holder of the operations key.')
    .argument('<request>', 'what `tacet gateway enroll` printed: the JSON, or a file that holds it')
    .option('--fingerprint <digits>', 'the fingerprint as the other side told you; else you are asked')
    .option('--days <number>', 'how long it may seal', '365')
    .option('--dir <directory>', DIRECTORY)
    .option('--to <url>', 'a running server instead of a directory')
    .option('--token-file <file>', `${TOKEN}: an owner's or an admin's`)
    .option('--identity <file>', IDENTITY)
    .option('--passphrase-file <file>', PASSPHRASE)
    .option('--json', 'print the outcome as JSON, for machines')
    .addHelpText(
      'after',
      examples('tacet gateway certify shop-1.request --fingerprint "3f2a 91bc …" --dir ./logs'),
    )
    .action(
      does(async (request, options) => (await import('./commands/gateway.ts')).certify(request, options, io)),
    );

  program
    .command('import')
    .description('Take log files in: JSON lines, OTLP JSON, CSV, Parquet; also .gz and .zst.')
    .argument('<files...>', 'files, or - for standard input')
    .option('--format <format>', 'auto, jsonl, otlp-json, csv or parquet', 'auto')
    .option('--dir <directory>', DIRECTORY)
    .option('--to <url>', 'a running server instead of a directory')
    .option('--token-file <file>', `${TOKEN}: an ingest token`)
    .option('--json', 'end with one line of JSON, for machines')
    .addHelpText(
      'after',
      examples(
        'tacet import app.jsonl --dir ./logs',
        'zcat old.gz | tacet import - --format jsonl --to https://logs.example.com --token-file ingest.token',
        'tacet import *.parquet --dir ./logs --json',
      ),
    )
    .action(
      does(async (files, options) => (await import('./commands/import.ts')).importFiles(files, options, io)),
    );

  program
    .command('search')
    .description('Find events, open them here and show them, newest first.')
    .argument('<query>', 'words, "phrases", field:value, field>value, /regex/, AND OR NOT, parentheses')
    .option('--from <time>', 'events from this time on: 2026-01-31, 2026-01-31T08:00Z, or 2h, 7d ago')
    .option(
      '--to <time or url>',
      'events up to this time; and, as a URL, a running server instead of a directory',
      (value: string, before: string[] = []) => [...before, value],
    )
    .option('--limit <number>', 'at most so many events', '100')
    .option('--purpose <text>', 'why you look: it goes to the trail')
    .option('--dir <directory>', DIRECTORY)
    .option('--identity <file>', IDENTITY)
    .option('--passphrase-file <file>', PASSPHRASE)
    .option('--token-file <file>', `${TOKEN}: a reader token`)
    .option('--trail-key <key or file>', "the trail's public key, when your index does not have it")
    .option('--json', 'one event a line as JSON, for machines')
    .addHelpText(
      'after',
      examples(
        'tacet search "退款 OR refund" --dir ./logs --purpose "ticket 4711"',
        'tacet search \'service:chat-backend severity:error "connection refused"\' --from 2h --dir ./logs --purpose "incident 12"',
        'tacet search user_id:u-42 --to https://logs.example.com --purpose "subject access request 9" --json',
      ),
    )
    .action(
      does(async (query, options) => (await import('./commands/search.ts')).search(query, options, io)),
    );

  registerAccess(program, does, io, examples);
  registerKeys(program, does, io, examples);
  registerErasing(program, does, io, examples);
  registerSecrets(program, does, io, examples);

  program
    .command('scan')
    .description('Find secrets in files and folders: logs, dumps, sources; also .gz, .zst and Parquet.')
    .argument('<paths...>', 'files, folders, or - for standard input')
    .option('--rules <file>', 'rules of your own in the form of gitleaks.toml; see docs/detection.md')
    .option(
      '--personal',
      'also find personal data: addresses, telephone, card, account numbers, national ids',
    )
    .option('--baseline <file>', 'leave out what this output of an earlier --json run has')
    .option('--explain', 'also say what was left alone, and why')
    .option('--threads <number>', 'files that are scanned at the same time; one a processor unless given')
    .option('--sarif', 'print a SARIF 2.1.0 log, for code scanning')
    .option('--json', 'one finding a line as JSON, for machines')
    .addHelpText(
      'after',
      examples(
        'tacet scan ./logs',
        'kubectl logs deploy/api | tacet scan -',
        'tacet scan --rules gitleaks.toml ./logs',
        'tacet scan --personal export.csv',
        'tacet scan dump.sql.zst --json > known.jsonl',
        'tacet scan . --baseline known.jsonl --sarif > secrets.sarif',
      ),
    )
    .action(does(async (paths, options) => (await import('./commands/scan.ts')).scan(paths, options, io)));

  registerAudit(program, does, io, examples);

  program
    .command('thief')
    .description('Read the directory as a thief of it would, without any key, and say what is visible.')
    .requiredOption('--dir <directory>', `${DIRECTORY}, or a copy of it`)
    .option('--canaries <file>', 'texts that must not be found in any form, one a line')
    .option('--json', 'print the report as JSON, for machines')
    .addHelpText(
      'after',
      examples('tacet thief --dir ./logs', 'tacet thief --dir ./logs --canaries canaries.txt'),
    )
    .action(does(async (options) => (await import('./commands/thief.ts')).thief(options, io)));

  declareTrail(program, { does, examples, io });
  declareWitness(program, { does, examples, io });

  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    // Help and version end this way too, with status 0.
    if (error instanceof CommanderError && error.exitCode === 0) return STATUS.done;
    // Without a command the help was shown as the answer.
    if (error instanceof CommanderError && error.code === 'commander.help') return STATUS.failure;
    if (io.stop.aborted) {
      io.stderr.write('tacet: stopped before the end\n');
      return STATUS.failure;
    }
    const failure =
      error instanceof CommanderError
        ? new TacetError('USAGE', error.message.replace(/^error: /, '').replace(/\s+/g, ' '))
        : error;
    return reportFailure(failure, io, argv.includes('--json'));
  }
}
