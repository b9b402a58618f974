import { ACTIONS, GROUPS, ROLES } from './actions.ts';

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');

/**
 * What policies may speak of, as a Cedar schema: policies are validated against it, so that a role,
 * an action or an attribute that does not exist is found at start and not when somebody should have
 * been refused.
 */
export function policySchema(): string {
  const principal = '{ id: String, workspace: Workspace, services?: Set<String> }';
  const actions = Object.entries(ACTIONS).map(
    ([name, groups]) =>
      `action "${name}" in [${quoted(groups)}] appliesTo { principal: [Token, User], resource: [Workspace], context: Asked };`,
  );
  return [
    `entity Role enum [${quoted(ROLES)}];`,
    'entity Workspace;',
    `entity Token in [Role] = ${principal};`,
    `entity User in [Role] = ${principal};`,
    'type Asked = {',
    '  now: datetime,',
    // 1 is Monday, 7 is Sunday, as in ISO 8601.
    '  weekday: Long,',
    '  purpose?: String,',
    '  role?: String,',
    '  requester?: String,',
    '  services?: Set<String>,',
    '  reading?: { today: Long, approved: Long },',
    '};',
    `action ${quoted(GROUPS)};`,
    ...actions,
  ].join('\n');
}
