import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, TacetError } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloudAudit } from './cloud.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples/cloud');
const texts = globSync('**/*.json', { cwd: EXAMPLES }).map((file) =>
  readFileSync(join(EXAMPLES, file), 'utf8'),
);

function found(document: unknown, file = 'plan.json') {
  const audit = new CloudAudit(new Date('2026-01-01'));
  const format = audit.add(file, typeof document === 'string' ? document : JSON.stringify(document));
  return { format, findings: audit.findings() };
}

const plan = (resources: object[]) => ({
  format_version: '1.2',
  planned_values: { root_module: { resources } },
});

/** The document with one value, somewhere, replaced. */
function replaced(value: unknown, choices: number[], by: unknown): unknown {
  const [first, ...rest] = choices;
  if (typeof value !== 'object' || value === null || first === undefined) return by;
  const keys = Object.keys(value);
  if (keys.length === 0) return by;
  const key = keys[first % keys.length]!;
  const inner = replaced((value as Record<string, unknown>)[key], rest, by);
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
}

/** Stands for a value that is deeper than calls can go. */
const DEEP = 'DEEP';
const junk = fc.oneof(
  fc.json({ maxDepth: 2 }).map((text) => JSON.parse(text)),
  fc.constantFrom<unknown>(
    null,
    true,
    [],
    {},
    '',
    [null],
    '${',
    '$'.concat('{a}'),
    '*',
    'arn:aws:s3:::',
    '::/0',
    { Statement: [{}] },
    { toString: 1, valueOf: 1 },
    'constructor',
    JSON.parse('{"__proto__": {"constructor": "x"}}'),
    1e308,
    DEEP,
  ),
);

describe('files of clouds', () => {
  it('with a policy about several buckets are of no bucket: an endpoint has such ones', () => {
    const policy = (...buckets: string[]) => ({
      Statement: {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: buckets.map((bucket) => `arn:aws:s3:::${bucket}/*`),
      },
    });
    expect(found(policy('one'), 'one.policy.json').findings.map(({ check }) => check)).toEqual([
      'aws-s3-public-read',
    ]);
    expect(found(policy('one', 'two'), 'endpoint.json')).toEqual({ format: undefined, findings: [] });
  });

  it('throw nothing but coded errors, whatever stands in them', () => {
    const choices = fc.array(fc.nat(30), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(fc.constantFrom(...texts), choices, junk, fc.boolean(), (text, path, by, inside) => {
        let document: unknown = JSON.parse(text);
        if (inside) {
          // Policies of Terraform are texts within the text.
          document = JSON.parse(text, (_, value) =>
            typeof value === 'string' && value.startsWith('{"Version')
              ? JSON.stringify(replaced(JSON.parse(value), path, by))
              : value,
          );
        } else document = replaced(document, path, by);
        const deep = '['.repeat(20_000) + ']'.repeat(20_000);
        try {
          expect(JSON.stringify(found(JSON.stringify(document).replace('"DEEP"', deep)))).toBeTypeOf(
            'string',
          );
        } catch (error) {
          expect(codeOf(error)).toBe('CONFIGURATION_INVALID');
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('show no secret that stands in the name of a statement', () => {
    const named = {
      Statement: { ...JSON.parse(policy('b-log')).Statement[0], Sid: 'password=Correct-Horse-9' },
    };
    const [one] = found(named).findings;
    expect(one!.proof!.reply).toContain('allowed by password=[hidden]');
    expect(JSON.stringify(one)).not.toContain('Horse');
  });

  it('cannot name what every object has', () => {
    const bucket = {
      address: 'aws_s3_bucket.a',
      type: 'aws_s3_bucket',
      name: 'a',
      values: { acl: 'constructor' },
    };
    expect(found(plan([bucket])).findings.map(({ check }) => check)).toContain('aws-s3-undecided');
    const condition = (test: string) =>
      `{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"${test}":{"aws:Referer":"x"}}}}`;
    for (const test of ['constructor', '__proto__'])
      expect(found(condition(test)).findings.map(({ check }) => check)).toEqual(['aws-s3-undecided']);
    expect(found('{"type":{"toString":1},"allowBlobPublicAccess":true}').findings).toEqual([]);

    const queue = { address: 'aws_sqs_queue.a', mode: 'managed', type: 'aws_sqs_queue', name: 'a' };
    const statement = (test: string) => ({
      actions: ['sqs:SendMessage'],
      principals: [{ type: '*', identifiers: ['*'] }],
      condition: [{ test, variable: 'polluted', values: ['x'] }],
    });
    const document = { address: 'data.aws_iam_policy_document.a', mode: 'data', name: 'a' };
    found({
      ...plan([
        { ...queue, values: {} },
        { ...document, type: 'aws_iam_policy_document', values: { statement: [statement('__proto__')] } },
      ]),
      resource_changes: [{ address: queue.address, change: { after_unknown: { policy: true } } }],
      configuration: {
        root_module: {
          resources: [{ ...queue, expressions: { policy: { references: [document.address] } } }],
        },
      },
    });
    expect('polluted' in {}).toBe(false);
  });

  it('that are broken say so, and others are passed by', () => {
    expect(() => found('{"planned_values": ')).toThrow(TacetError);
    expect(found('{"name": "package"}').format).toBeUndefined();
    expect(found('no JSON at all').format).toBeUndefined();
    const deep = `{"planned_values": {"root_module": {"child_modules": ${'['.repeat(100_000)}`;
    expect(() => found(deep)).toThrow(TacetError);
  });

  it('as deep as can be are read no further than modules go', () => {
    let module: unknown = { resources: [] };
    for (let level = 0; level < 3000; level++) module = { address: 'module.a', child_modules: [module] };
    expect(found({ format_version: '1.2', planned_values: { root_module: module } }).findings).toEqual([]);
  });
});

const policy = (bucket: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
    ],
  });

describe('plans of Terraform', () => {
  it('tell which block is whose by what the configuration refers to, through modules', () => {
    const at = (name: string, type: string, index: number, values = {}) => ({
      ...{
        address: `module.store["${name}"].${type}.this[${index}]`,
        mode: 'managed',
        type,
        name: 'this',
        index,
        values,
      },
    });
    const [bucket, block] = ['aws_s3_bucket', 'aws_s3_bucket_public_access_block'];
    const on = {
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    };
    const inner = {
      resources: [
        at('a', bucket!, 0),
        at('a', block!, 0, on),
        at('a', bucket!, 1),
        at('a', block!, 1, { ...on, restrict_public_buckets: false }),
      ],
      address: 'module.store["a"]',
    };
    const outer = {
      address: 'aws_s3_bucket_policy.open',
      mode: 'managed',
      type: 'aws_s3_bucket_policy',
      name: 'open',
      values: { policy: policy('x') },
    };
    const refers = (...references: string[]) => ({ bucket: { references } });
    const { findings } = found({
      format_version: '1.2',
      planned_values: { root_module: { resources: [outer], child_modules: [inner] } },
      configuration: {
        root_module: {
          resources: [
            {
              mode: 'managed',
              type: 'aws_s3_bucket_policy',
              name: 'open',
              expressions: refers('module.store.name', 'module.store'),
            },
          ],
          module_calls: {
            store: {
              module: {
                outputs: {
                  name: { expression: { references: ['aws_s3_bucket.this[0].id', 'aws_s3_bucket.this'] } },
                },
                resources: [
                  { mode: 'managed', type: bucket, name: 'this' },
                  {
                    mode: 'managed',
                    type: block,
                    name: 'this',
                    expressions: refers('aws_s3_bucket.this', 'count.index'),
                  },
                ],
              },
            },
          },
        },
      },
    });
    // The second bucket's block is the incomplete one, and no other's.
    expect(findings.map(({ check, subject }) => [check, subject])).toContainEqual([
      'aws-s3-block-incomplete',
      'terraform:module.store["a"].aws_s3_bucket.this[1]',
    ]);
    expect(findings.filter(({ check }) => check === 'aws-s3-block-incomplete')).toHaveLength(1);
  });

  it('put a policy together that is known only after apply', () => {
    const document = (principal: string) => ({
      ...{
        address: 'data.aws_iam_policy_document.read',
        mode: 'data',
        type: 'aws_iam_policy_document',
        name: 'read',
      },
      values: {
        statement: [
          {
            effect: 'Allow',
            actions: ['s3:GetObject'],
            principals: [{ type: '*', identifiers: [principal] }],
          },
        ],
      },
    });
    const plan = (unknown: object) => ({
      format_version: '1.2',
      planned_values: {
        root_module: {
          resources: [
            { address: 'aws_s3_bucket.new', mode: 'managed', type: 'aws_s3_bucket', name: 'new', values: {} },
            {
              address: 'aws_s3_bucket_policy.new',
              mode: 'managed',
              type: 'aws_s3_bucket_policy',
              name: 'new',
              values: {},
            },
            document('*'),
          ],
        },
      },
      resource_changes: [
        { address: 'aws_s3_bucket_policy.new', change: { after_unknown: { bucket: true, policy: true } } },
        {
          address: 'data.aws_iam_policy_document.read',
          change: { after_unknown: { json: true, statement: [unknown] } },
        },
      ],
      configuration: {
        root_module: {
          resources: [
            {
              ...{ mode: 'managed', type: 'aws_s3_bucket_policy', name: 'new' },
              expressions: {
                bucket: { references: ['aws_s3_bucket.new.id', 'aws_s3_bucket.new'] },
                policy: {
                  references: ['data.aws_iam_policy_document.read.json', 'data.aws_iam_policy_document.read'],
                },
              },
            },
          ],
        },
      },
    });
    const checks = (unknown: object) => found(plan(unknown)).findings.map(({ check }) => check);
    expect(checks({ resources: true })).toEqual(['aws-s3-public-read']);
    // Who it is for is not known either: then nobody can say.
    expect(checks({ resources: true, principals: [{ identifiers: true }] })).toEqual(['aws-s3-undecided']);
  });

  it('do not take sources that are known only after apply for none', () => {
    const rule = { address: 'google_compute_firewall.a', type: 'google_compute_firewall', name: 'a' };
    const values = { direction: 'INGRESS', allow: [{ protocol: 'tcp', ports: ['5432'] }] };
    const checks = (unknown: object) =>
      found({
        ...plan([{ ...rule, values }]),
        resource_changes: [{ address: rule.address, change: { after_unknown: unknown } }],
      }).findings.map(({ check }) => check);
    expect(checks({})).toEqual(['gcp-network-world-database']);
    for (const unknown of [{ source_ranges: [true] }, { source_tags: true }])
      expect(new Set(checks(unknown))).toEqual(new Set(['cloud-undecided']));
  });

  it('and states as they are kept are the same to the audit', () => {
    const state = {
      ...{ version: 4, terraform_version: '1.9.8' },
      resources: [
        {
          mode: 'managed',
          type: 'aws_db_instance',
          name: 'logs',
          instances: [{ index_key: 'eu', attributes: { publicly_accessible: true } }],
        },
      ],
    };
    const { findings } = found(state, 'terraform.tfstate');
    expect(findings.map(({ subject, causes }) => [subject, causes![0]!.setting])).toEqual([
      ['terraform:aws_db_instance.logs["eu"]', 'aws_db_instance.logs["eu"].publicly_accessible'],
    ]);
  });
});
