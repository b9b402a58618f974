import type { Command } from 'commander';
import type { Does } from '../access/register.ts';
import type { Io } from '../io.ts';

/** Adds to `tacet audit` what is kept of audits: history, findings, acceptances. */
export function registerWatching(
  audit: Command,
  does: Does,
  io: Io,
  examples: (...lines: string[]) => string,
): void {
  const kept = (name: string) =>
    audit
      .command(name)
      .option('--dir <directory>', 'the Tacet directory')
      .option('--to <url>', 'a running server instead of a directory')
      .option('--token-file <file>', "file that holds the token (TACET_TOKEN_FILE): an owner's or an admin's")
      .option('--json', 'JSON, for machines');

  kept('history')
    .description('Show which audits ran, and what was open after each.')
    .addHelpText('after', examples('tacet audit history --dir ./logs'))
    .action(does(async (options) => (await import('./history.ts')).showHistory(options, io)));
  kept('targets')
    .description('Show what audits looked at, and when.')
    .addHelpText('after', examples('tacet audit targets --dir ./logs'))
    .action(does(async (options) => (await import('./history.ts')).showTargets(options, io)));
  kept('findings')
    .description('Show what is open, and what was accepted.')
    .option('--all', 'also what is gone')
    .addHelpText(
      'after',
      examples('tacet audit findings --dir ./logs', 'tacet audit findings --all --json --dir ./logs'),
    )
    .action(does(async (options) => (await import('./history.ts')).showFindings(options, io)));
  kept('show')
    .description('Show one finding with its proof.')
    .argument('<fingerprint>', 'its fingerprint, or the beginning of it')
    .addHelpText('after', examples('tacet audit show 3f2a91bc --dir ./logs'))
    .action(
      does(async (fingerprint, options) =>
        (await import('./history.ts')).showFinding(fingerprint, options, io),
      ),
    );
  kept('answer')
    .description('Answer whoever reported a finding from outside.')
    .argument('<fingerprint>', 'its fingerprint, or the beginning of it')
    .argument('<answer>', 'confirmed, fixed or declined; of the last two the finding is gone')
    .addHelpText('after', examples('tacet audit answer 3f2a91bc fixed --dir ./logs'))
    .action(
      does(async (fingerprint, answer, options) =>
        (await import('./history.ts')).answerReport(fingerprint, answer, options, io),
      ),
    );
  kept('accept')
    .description('Let a finding stay until a day, by your word: it is in the trail.')
    .argument('<fingerprint>', 'its fingerprint, or the beginning of it')
    .requiredOption('--reason <text>', 'why it may stay')
    .requiredOption('--until <day>', 'the last day on which it may, within a year: 2026-12-31')
    .addHelpText(
      'after',
      examples(
        'tacet audit accept 3f2a91bc --reason "behind the VPN until the move" --until 2026-12-31 --dir ./logs',
      ),
    )
    .action(
      does(async (fingerprint, options) =>
        (await import('./history.ts')).acceptFinding(fingerprint, options, io),
      ),
    );
}
