import type { Check, Proof } from '../../finding.ts';
import type { Statement } from '../policy/document.ts';
import type { Reach } from '../policy/reach.ts';
import type { Hit, Spot } from '../spot.ts';
import { BLOCK_SETTINGS, type Block, type Bucket, blocked, type Fact } from './bucket.ts';
import { S3 } from './checks.ts';
import { CAPABILITIES, type Capability, type Judgement, judge } from './judge.ts';

const OPEN: Readonly<Record<Capability, Check>> = {
  read: S3.publicRead,
  list: S3.publicList,
  write: S3.publicWrite,
  'read-acl': S3.publicReadAcl,
  'write-acl': S3.publicWriteAcl,
  configure: S3.publicConfigure,
};

const CHANGES: ReadonlySet<Capability> = new Set(['write', 'write-acl', 'configure']);

/** What is to be said of one bucket. */
export function bucketHits(bucket: Bucket, now: Date): Hit[] {
  const judgement = judge(bucket, now);
  const hits = new Map<string, Hit>();
  const add = (check: Check, told: Omit<Hit, 'check' | 'subject'>) => {
    const key = `${check.id} ${told.within ?? ''}`;
    if (!hits.has(key)) hits.set(key, { check, subject: bucket.subject, ...told });
  };
  for (const capability of CAPABILITIES) {
    const reach = judgement.reaches.get(capability)!;
    const check = checkFor(reach, capability, judgement, bucket);
    if (check === undefined) continue;
    add(check, {
      ...(check === S3.spoofable || check === S3.shared ? { within: reach.statement?.name ?? '' } : {}),
      title: `${check.title}: ${bucket.name}`,
      proof: proofOf(reach, judgement),
      spots: spotsOf(reach, judgement, bucket),
    });
  }
  for (const { service, action, statement } of judgement.deputies) {
    add(S3.deputy, {
      within: service,
      proof: {
        request: `${service} calls ${action} for a stranger's resource`,
        reply: `allowed by ${statement.name}`,
      },
      spots: statementSpots(bucket, statement),
    });
  }
  if (hits.size === 0 || [...hits.values()].every(({ check }) => QUIET.has(check))) {
    for (const hit of preventionHits(bucket)) add(hit.check, hit);
  }
  return [...hits.values()];
}

/** Findings beside which it is still worth saying that nothing prevents worse. */
const QUIET: ReadonlySet<Check> = new Set([S3.shared, S3.deputy]);

function checkFor(
  reach: Reach,
  capability: Capability,
  judgement: Judgement,
  bucket: Bucket,
): Check | undefined {
  switch (reach.audience) {
    case 'everybody':
    case 'any-account':
      if (reach.spoofed.length > 0) return S3.spoofable;
      if (reach.audience === 'any-account') {
        if (CHANGES.has(capability)) return S3.anyAccountWrite;
        return capability === 'read-acl' ? S3.publicReadAcl : S3.anyAccountRead;
      }
      return capability === 'read' && bucket.website && onlyRead(judgement) ? S3.website : OPEN[capability];
    case 'conditioned':
      return reach.held.some(({ kind }) => kind === 'address') ? S3.addresses : undefined;
    case 'named':
      return bucket.owner === undefined ? undefined : S3.shared;
    case 'undecided':
      return S3.undecided;
    default:
      return undefined;
  }
}

const onlyRead = ({ reaches }: Judgement): boolean =>
  [...reaches].every(
    ([capability, { audience }]) => capability === 'read' || !/^(?:everybody|any)/.test(audience),
  );

const WHO = {
  everybody: 'anybody, without signing in,',
  'any-account': 'somebody with any AWS account',
  conditioned: 'somebody without signing in',
  named: 'another account',
  undecided: 'anybody',
  nobody: 'nobody',
} as const;

function proofOf(
  { audience, action, statement, held, spoofed, reasons }: Reach,
  { unless }: Judgement,
): Proof {
  const from =
    audience === 'conditioned' || audience === 'named' ? ` (${held.map(({ text }) => text).join(', ')})` : '';
  const saying = spoofed.length > 0 ? `, writing ${spoofed.join(' and ')} as wanted` : '';
  const but = unless.length > 0 ? `; unless ${unless.join(', or ')}, which is not known` : '';
  const reply =
    audience === 'undecided' ? `not decided: ${reasons.join('; ')}` : `allowed by ${statement?.name}${but}`;
  const request = `${WHO[audience]}${from} calls ${action}${saying}`;
  return { request: request.slice(0, 400), reply: reply.slice(0, 400) };
}

/** Where the statement or grant stands that allows it; for what is undecided, whatever is there. */
function spotsOf({ statement }: Reach, judgement: Judgement, bucket: Bucket): Spot[] {
  if (statement === undefined) {
    const unknown = [bucket.policy, bucket.acl].filter(({ is }) => is === 'unknown');
    return factSpots(...(unknown.length > 0 ? unknown : [bucket.policy, bucket.acl]));
  }
  if (!judgement.acl.includes(statement)) return statementSpots(bucket, statement);
  const grant = bucket.acl.is === 'set' ? bucket.acl.value.grants[statement.index] : undefined;
  return grant?.at ? [grant.at] : factSpots(bucket.acl);
}

function factSpots(...facts: readonly Fact<unknown>[]): Spot[] {
  return facts.map(({ at }) => at).filter((at) => at !== undefined);
}

/** The statement itself where the policy is a document of its own, else the text that holds all of it. */
function statementSpots({ policy }: Pick<Bucket, 'policy'>, statement: Statement): Spot[] {
  if (policy.is !== 'set' || policy.at === undefined) return [];
  const { index, allows, actions, name } = statement;
  const setting = [policy.at.setting, `Statement[${index}]`].filter(Boolean).join('.');
  const says = `${name}: ${allows ? 'Allow' : 'Deny'} ${actions.not ? 'all but ' : ''}${actions.patterns.join(', ')}`;
  if (typeof policy.value === 'string') return [{ ...policy.at, setting, says }];
  const { Statement: list } = policy.value as Record<string, unknown>;
  const path = [...policy.at.path, 'Statement', ...(Array.isArray(list) ? [index] : [])];
  return [{ ...policy.at, path, setting, says }];
}

/** What would have let an opening happen. */
function preventionHits(bucket: Bucket): Omit<Hit, 'subject'>[] {
  const hits: Omit<Hit, 'subject'>[] = [];
  const off = BLOCK_SETTINGS.filter(
    (setting) => isOff(bucket.block, setting) && blocked(bucket, setting) !== true,
  );
  if (off.length > 0)
    hits.push({ check: S3.blockIncomplete, proof: offProof(off), spots: factSpots(bucket.block) });
  const { ownership } = bucket;
  const lists =
    ownership.is === 'unset' || (ownership.is === 'set' && ownership.value !== 'BucketOwnerEnforced');
  if (off.length === 0 && lists && blocked(bucket, 'ignorePublicAcls') === undefined) {
    hits.push({ check: S3.aclsInEffect, spots: factSpots(ownership) });
  }
  return hits;
}

const isOff = (block: Fact<Block>, setting: keyof Block): boolean =>
  block.is === 'unset' || (block.is === 'set' && block.value[setting] === false);

const offProof = (off: readonly string[]): Proof => ({
  request: 'the block of the bucket and that of the account, the stricter of both',
  reply: `off: ${off.join(', ')}`,
});

/** What is to be said of the block of a whole account. */
export function accountHits(subject: string, block: Fact<Block>): Hit[] {
  if (block.is === 'unknown') return [];
  const off = BLOCK_SETTINGS.filter((setting) => isOff(block, setting));
  if (off.length === 0) return [];
  return [{ check: S3.accountBlock, subject, proof: offProof(off), spots: factSpots(block) }];
}
