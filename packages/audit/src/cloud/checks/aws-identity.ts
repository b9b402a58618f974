import { isRecord, recordsIn, textsIn, wordOf } from '../json/value.ts';
import { policyOf } from '../policy/document.ts';
import { policyIn } from '../terraform/documents.ts';
import { findOpen, opennessOf } from './aws-policies.ts';
import { attribute, isTrue, type ResourceCheck } from './check.ts';

const DOCS = 'https://docs.aws.amazon.com';

/** Who may become somebody in the account, and what keys lie about. */
export const awsIdentity: readonly ResourceCheck[] = [
  {
    id: 'aws-role-trusts-everybody',
    title: 'A role may be taken on by everybody',
    severity: 'critical',
    why: 'Whoever has an account at AWS, or a token of the federation, works with the rights of this role.',
    fix: 'Name in the trust policy the accounts, roles or services that are to take it on.',
    references: [`${DOCS}/IAM/latest/UserGuide/reference_policies_elements_principal.html`],
    types: ['aws_iam_role'],
    decides: ['assume_role_policy'],
    *find(resource, terraform) {
      const actions = ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'];
      yield* findOpen(
        'assume_role_policy',
        opennessOf(resource, terraform, 'assume_role_policy', actions),
        ({ name, actions: allowed }) => `${name} allows ${allowed.patterns.join(', ')}`,
      );
    },
  },
  {
    id: 'aws-role-trusts-any-repository',
    title: 'A role may be taken on by workflows of any repository at GitHub',
    severity: 'critical',
    why: 'The provider vouches for all of GitHub; without a condition on `sub`, a stranger’s workflow gets in.',
    fix: 'Add `StringLike` on `token.actions.githubusercontent.com:sub` with `repo:OWNER/NAME:*`.',
    references: [
      'https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws',
    ],
    types: ['aws_iam_role'],
    decides: ['assume_role_policy'],
    *find(resource, terraform) {
      const given = policyIn(terraform, resource, 'assume_role_policy', []);
      if (given === undefined || 'unknown' in given) return;
      for (const { allows, principals, conditions } of policyOf(given.policy).statements) {
        const github = principals.elsewhere.some((one) =>
          one.includes('token.actions.githubusercontent.com'),
        );
        const bound = conditions.some(
          ({ key, negated, ifExists, values }) =>
            /^token\.actions\.githubusercontent\.com:(?:sub|repository.*|job_workflow_ref)$/.test(key) &&
            !negated &&
            !ifExists &&
            values.every((value) => /^(?:repo:)?[^*?:/]/.test(value)),
        );
        if (allows && github && !bound) yield { path: ['assume_role_policy'], says: 'no condition on :sub' };
      }
    },
  },
  {
    id: 'aws-policy-allows-all',
    title: 'A policy allows every action on everything',
    severity: 'medium',
    why: 'One leaked key of whoever has it, and the whole account is gone.',
    fix: 'Allow the actions and resources that are used; IAM Access Analyzer drafts such a policy from the trail.',
    references: [`${DOCS}/IAM/latest/UserGuide/best-practices.html`],
    types: ['aws_iam_policy', 'aws_iam_role_policy', 'aws_iam_user_policy', 'aws_iam_group_policy'],
    *find(resource, terraform) {
      const given = policyIn(terraform, resource, 'policy', ['*']);
      if (given === undefined || 'unknown' in given) return;
      if (allowsAll(given.policy)) yield { path: ['policy'], says: 'Allow * on *' };
    },
  },
  {
    id: 'aws-key-in-state',
    title: 'The secret of an access key lies in the state of Terraform',
    severity: 'high',
    why: 'Whoever reads the state, its bucket or its backups has the key.',
    fix: 'Give people and services roles instead of keys; if it must be one, set `pgp_key`, and rotate this one.',
    references: [`${DOCS}/IAM/latest/UserGuide/id_credentials_access-keys.html`],
    types: ['aws_iam_access_key'],
    *find({ values }) {
      if (typeof values.secret === 'string' && values.secret !== '')
        yield { path: ['secret'], says: '[hidden]' };
    },
  },
  attribute({
    id: 'aws-cognito-guests',
    title: 'An identity pool gives credentials to guests',
    severity: 'medium',
    why: 'Whoever knows the number of the pool, which every app shows, gets keys of the guests’ role.',
    fix: 'Set `allow_unauthenticated_identities = false`, or look closely at what the guests’ role may do.',
    references: [`${DOCS}/cognito/latest/developerguide/identity-pools.html`],
    types: ['aws_cognito_identity_pool'],
    at: ['allow_unauthenticated_identities'],
    is: isTrue,
  }),
  attribute({
    id: 'aws-lambda-url-open',
    title: 'The address of a function answers everybody',
    severity: 'medium',
    why: 'The function runs for anybody, on your bill and with its role, unless its own code asks who calls.',
    fix: 'Set `authorization_type = "AWS_IAM"`.',
    references: [`${DOCS}/lambda/latest/dg/urls-auth.html`],
    types: ['aws_lambda_function_url'],
    at: ['authorization_type'],
    is: (value) => value === 'NONE',
  }),
  {
    id: 'aws-lambda-invoked-by-everybody',
    title: 'A function may be invoked by everybody',
    severity: 'high',
    why: 'Any AWS account calls it, and gets what it answers.',
    fix: 'Name the account or service in `principal`, with `source_arn` or `principal_org_id`.',
    references: [`${DOCS}/lambda/latest/dg/access-control-resource-based.html`],
    types: ['aws_lambda_permission'],
    decides: ['principal'],
    *find({ values }) {
      const bound = values.source_account || values.source_arn || values.principal_org_id;
      if (values.principal === '*' && !bound && !values.function_url_auth_type) yield { path: ['principal'] };
    },
  },
  {
    id: 'aws-lambda-confused-deputy',
    title: 'A function may be invoked by an AWS service for anybody’s resource',
    severity: 'low',
    why: 'A stranger points their own bucket, topic or API at your function.',
    fix: 'Set `source_arn`, and `source_account` where the ARN has no account.',
    references: [`${DOCS}/lambda/latest/dg/permissions-function-services.html`],
    types: ['aws_lambda_permission'],
    *find({ values, unknown }) {
      const bound = values.source_account || values.source_arn || values.principal_org_id;
      const later = unknown.source_account || unknown.source_arn || unknown.principal_org_id;
      if (/\.amazonaws\.com$/.test(wordOf(values.principal)) && !bound && !later)
        yield { path: ['principal'] };
    },
  },
  {
    id: 'aws-api-without-authorisation',
    title: 'A method of an API asks nobody who calls',
    severity: 'low',
    why: 'It answers everybody, unless the code behind it asks.',
    fix: 'Set an authorizer or `AWS_IAM` for the method or route.',
    references: [`${DOCS}/apigateway/latest/developerguide/apigateway-control-access-to-api.html`],
    types: ['aws_api_gateway_method', 'aws_apigatewayv2_route'],
    decides: ['authorization', 'authorization_type'],
    *find({ type, values }) {
      if (isTrue(values.api_key_required)) return;
      if (type === 'aws_apigatewayv2_route') {
        if ((values.authorization_type ?? 'NONE') === 'NONE') yield { path: ['authorization_type'] };
      } else if (values.authorization === 'NONE' && values.http_method !== 'OPTIONS') {
        yield { path: ['authorization'] };
      }
    },
  },
  attribute({
    id: 'aws-appsync-api-key',
    title: 'A GraphQL API takes a key that every client holds',
    severity: 'low',
    why: 'The key is in the app or page, and so with everybody; it says nothing of who asks.',
    fix: 'Set `authentication_type` to IAM, Cognito, OpenID Connect or a function.',
    references: [`${DOCS}/appsync/latest/devguide/security-authz.html`],
    types: ['aws_appsync_graphql_api'],
    at: ['authentication_type'],
    is: (value) => value === 'API_KEY',
  }),
];

function allowsAll(policy: unknown): boolean {
  const document = typeof policy === 'string' ? parsed(policy) : policy;
  const statements = isRecord(document) ? recordsIn(document.Statement) : [];
  return statements.some(
    ({ Effect, Action, Resource, Condition }) =>
      Effect === 'Allow' &&
      Condition === undefined &&
      textsIn(Action).some((one) => /^\*(?::\*)?$/.test(one)) &&
      textsIn(Resource).includes('*'),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
