import type { Path } from '../json/places.ts';
import { recordsIn, textsIn, wordOf } from '../json/value.ts';
import type { Resource } from '../terraform/resource.ts';
import type { ResourceCheck } from './check.ts';
import { everybody, type Kind, kindOf, type Opening } from './ports.ts';

const RULES = 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html';
const TYPES = [
  ...['aws_security_group', 'aws_default_security_group', 'aws_security_group_rule'],
  'aws_vpc_security_group_ingress_rule',
];

interface Rule extends Opening {
  readonly sources: readonly string[];
  readonly path: Path;
}

/** The rules for what comes in, in whichever of the ways that the provider has for them. */
function* rulesOf({ type, values }: Resource): Iterable<Rule> {
  if (type === 'aws_vpc_security_group_ingress_rule') {
    yield ruleOf(
      values,
      [...textsIn(values.cidr_ipv4), ...textsIn(values.cidr_ipv6)],
      wordOf(values.ip_protocol),
      [],
    );
  } else if (type === 'aws_security_group_rule') {
    if (values.type === 'ingress') yield ruleOf(values, blocksOf(values), wordOf(values.protocol), []);
  } else {
    for (const [index, one] of recordsIn(values.ingress).entries()) {
      yield ruleOf(one, blocksOf(one), wordOf(one.protocol), ['ingress', index]);
    }
  }
}

const blocksOf = (one: Readonly<Record<string, unknown>>): string[] => [
  ...textsIn(one.cidr_blocks),
  ...textsIn(one.ipv6_cidr_blocks),
];

function ruleOf(
  one: Readonly<Record<string, unknown>>,
  sources: readonly string[],
  protocol: string,
  path: Path,
): Rule {
  return {
    sources,
    protocol,
    path,
    from: Number(wordOf(one.from_port ?? 0)),
    to: Number(wordOf(one.to_port ?? 65_535)),
  };
}

function world(kind: Kind): ResourceCheck['find'] {
  return function* (resource) {
    for (const rule of rulesOf(resource)) {
      if (kindOf(rule) !== kind || !everybody(rule.sources)) continue;
      const { protocol, from, to, sources } = rule;
      const says = `${protocol} ${from}-${to} from ${sources.join(', ')}`;
      yield { path: rule.path, says };
    }
  };
}

const DECIDES = ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6'];

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group */
export const awsNetwork: readonly ResourceCheck[] = [
  {
    id: 'aws-network-world-database',
    title: 'A security group lets the whole internet reach a database port',
    severity: 'critical',
    why: 'Scanners find it within minutes; from then on only the password, if there is one, stands between them and the data.',
    fix: 'Let in the security group of the clients (`security_groups`) instead of `0.0.0.0/0` and `::/0`, or the addresses that need it.',
    references: [RULES],
    types: TYPES,
    decides: DECIDES,
    find: world('database'),
  },
  {
    id: 'aws-network-world-control',
    title: 'A security group lets the whole internet reach a port that controls machines',
    severity: 'high',
    why: 'SSH, remote desktops, Docker, kubelets and notebooks give whoever gets through the machine itself.',
    fix: 'Use Session Manager, a VPN or a bastion, and take `0.0.0.0/0` and `::/0` away.',
    references: [RULES, 'https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html'],
    types: TYPES,
    decides: DECIDES,
    find: world('control'),
  },
  {
    id: 'aws-network-world-all',
    title: 'A security group lets the whole internet reach every port',
    severity: 'critical',
    why: 'Whatever listens on the machine now or tomorrow is open, databases and debug ports included.',
    fix: 'Name the ports and the sources that are needed; nothing needs all of them.',
    references: [RULES],
    types: TYPES,
    decides: DECIDES,
    find: world('all'),
  },
];
