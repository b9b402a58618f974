import type { Command } from 'commander';
import type { Does } from '../access/register.ts';
import type { Io } from '../io.ts';
import { registerWatching } from '../watching/register.ts';

/** Adds `tacet audit` and `tacet audit …`. */
export function registerAudit(
  program: Command,
  does: Does,
  io: Io,
  examples: (...lines: string[]) => string,
): void {
  const audit = program
    .command('audit')
    .enablePositionalOptions()
    .description(
      'Find what of yours is open to the world: live services, and the configuration that opens them.',
    )
    .argument('[paths...]', 'configuration files and folders')
    .option('--targets <file>', 'hosts and sites of your own to probe; docs/audit.md describes the file')
    .option(
      '--s3',
      "ask S3 about your buckets' policies, lists and blocks, with the credentials of the AWS SDK",
    )
    .option('--self', 'look at this installation: ports, databases, files, accounts, policy, trail')
    .option('--fail-on <severity>', 'end with status 1 from this severity on', 'low')
    .option('--rate <number>', 'new connections a second', '1000')
    .option('--timeout <seconds>', 'for one connection', '10')
    .option('--logins', 'also try empty passwords, which may be logged as failed logins')
    .option('--dry-run', 'send nothing, and print every packet that would be sent')
    .option('--resume <file>', 'keep the state here, and go on where a stopped run was')
    .option('--packets <file>', 'write down every packet that is sent, one a line as JSON')
    .option('--key <file>', 'your key as an auditor, for hosts beyond private networks')
    .option('--keep', 'keep what is found, and say what is new, gone or back since the run before')
    .option('--every <time>', 'go on looking: 30m, 6h, 1d; keeps what is found')
    .option('--scope <name>', 'with --keep, --every: the name of these targets (default: that of their file)')
    .option('--dir <directory>', 'with --self, --keep, --every: the Tacet directory')
    .option('--to <url>', 'with --self, --keep, --every: a running server instead of a directory')
    .option(
      '--token-file <file>',
      "file that holds the token for --dir and --to (TACET_TOKEN_FILE): an owner's or an admin's",
    )
    .option('--html', 'print the report as one page')
    .option('--sarif', 'print a SARIF 2.1.0 log of what stands in files, for code scanning')
    .option('--ocsf', 'print OCSF events, one a line, for a SIEM')
    .option('--json', 'print findings and answers as JSON, one a line, for machines')
    .addHelpText(
      'after',
      examples(
        'tacet audit ./deploy --fail-on high',
        'tacet audit --targets targets.yaml ./clickhouse',
        'tacet audit --targets targets.yaml --dry-run',
        'tacet audit --targets targets.yaml --html > audit.html',
        'AWS_PROFILE=audit tacet audit --s3',
        'tacet audit --self --dir ./logs',
        'tacet audit --targets targets.yaml --every 6h --dir ./logs',
      ),
    )
    .action(
      does(async (paths, options) => (await import('../commands/audit.ts')).auditCommand(paths, options, io)),
    );

  registerWatching(audit, does, io, examples);
  audit
    .command('prove')
    .description('Print what to publish so that you may probe a host beyond private networks.')
    .argument('<host>', 'a host name or address, or *.DOMAIN for all names below it')
    .option('--days <number>', 'how long it holds', '365')
    .option('--key <file>', 'your key as an auditor; drawn when it is not there')
    .option('--json', 'print it as JSON, for machines')
    .addHelpText(
      'after',
      examples('tacet audit prove db.example.com', "tacet audit prove '*.example.com' --days 90"),
    )
    .action(does(async (host, options) => (await import('./prove.ts')).prove(host, options, io)));
}
