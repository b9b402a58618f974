import { recordsIn, textsIn, wordOf } from '../json/value.ts';
import { attribute, isNotFalse, isTrue, type ResourceCheck } from './check.ts';
import { everybody } from './ports.ts';

const DOCS = 'https://docs.aws.amazon.com';

/** Databases, queues, machines and clusters that have an address for the world. */
export const awsData: readonly ResourceCheck[] = [
  attribute({
    id: 'aws-database-public',
    title: 'A database of AWS has a public address',
    severity: 'high',
    why: 'It can be found and tried from everywhere; one rule of a security group is all that is left.',
    fix: 'Set `publicly_accessible = false` and reach it from within the VPC.',
    references: [`${DOCS}/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html`],
    types: [
      'aws_db_instance',
      'aws_rds_cluster_instance',
      'aws_neptune_cluster_instance',
      'aws_lightsail_database',
    ],
    at: ['publicly_accessible'],
    is: isTrue,
  }),
  attribute({
    id: 'aws-database-snapshot-public',
    title: 'A snapshot of a database can be restored by any AWS account',
    severity: 'critical',
    why: 'Whoever restores it has all the data, unseen.',
    fix: 'Take `all` out of `shared_accounts`, and name accounts.',
    references: [`${DOCS}/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html`],
    types: ['aws_db_snapshot', 'aws_db_cluster_snapshot', 'aws_db_snapshot_copy'],
    at: ['shared_accounts'],
    is: (value) => textsIn(value).includes('all'),
  }),
  attribute({
    id: 'aws-redshift-public',
    title: 'A Redshift warehouse has a public address',
    severity: 'high',
    why: 'All that the company analyses can be tried from everywhere.',
    fix: 'Set `publicly_accessible = false`.',
    references: [`${DOCS}/redshift/latest/mgmt/managing-clusters-vpc.html`],
    types: ['aws_redshift_cluster', 'aws_redshiftserverless_workgroup'],
    at: ['publicly_accessible'],
    is: isTrue,
  }),
  attribute({
    id: 'aws-dms-public',
    title: 'A replication instance of DMS has a public address',
    severity: 'medium',
    why: 'It holds the passwords and streams of the databases that it copies.',
    fix: 'Set `publicly_accessible = false`.',
    references: [`${DOCS}/dms/latest/userguide/CHAP_ReplicationInstance.PublicPrivate.html`],
    types: ['aws_dms_replication_instance'],
    at: ['publicly_accessible'],
    is: isTrue,
  }),
  attribute({
    id: 'aws-mq-public',
    title: 'A broker of Amazon MQ has a public address',
    severity: 'high',
    why: 'Its console and its queues can be tried from everywhere.',
    fix: 'Set `publicly_accessible = false`.',
    references: [`${DOCS}/amazon-mq/latest/developer-guide/using-amazon-mq-securely.html`],
    types: ['aws_mq_broker'],
    at: ['publicly_accessible'],
    is: isTrue,
  }),
  attribute({
    id: 'aws-msk-public',
    title: 'The brokers of a Kafka cluster have public addresses',
    severity: 'high',
    why: 'Every topic is one client authentication away from everybody.',
    fix: 'Set the type of `public_access` to `DISABLED`.',
    references: [`${DOCS}/msk/latest/developerguide/public-access.html`],
    types: ['aws_msk_cluster'],
    at: ['broker_node_group_info', 0, 'connectivity_info', 0, 'public_access', 0, 'type'],
    is: (value) => value === 'SERVICE_PROVIDED_EIPS',
  }),
  attribute({
    id: 'aws-msk-unauthenticated',
    title: 'A Kafka cluster takes clients that do not say who they are',
    severity: 'high',
    why: 'Whoever reaches a broker reads and writes all topics.',
    fix: 'Set `unauthenticated = false`, and use IAM, SCRAM or certificates.',
    references: [`${DOCS}/msk/latest/developerguide/kafka_apis_iam.html`],
    types: ['aws_msk_cluster'],
    at: ['client_authentication', 0, 'unauthenticated'],
    is: isTrue,
  }),
  {
    id: 'aws-elasticache-without-auth',
    title: 'A Redis or Valkey cache of ElastiCache asks for no password',
    severity: 'medium',
    why: 'Every machine that reaches it reads sessions and answers, and can empty it.',
    fix: 'Set `transit_encryption_enabled` with `auth_token`, or better `user_group_ids`.',
    references: [`${DOCS}/AmazonElastiCache/latest/dg/auth.html`],
    types: ['aws_elasticache_replication_group'],
    decides: ['user_group_ids', 'auth_token'],
    *find({ values, unknown }) {
      const guarded = values.auth_token || textsIn(values.user_group_ids).length > 0;
      if (!guarded && !unknown.auth_token && !unknown.user_group_ids) yield { path: ['auth_token'] };
    },
  },
  {
    id: 'aws-metadata-without-token',
    title: 'The metadata of a machine is given to requests without a token',
    severity: 'medium',
    why: 'Any hole by which a server fetches an address of a stranger’s choice gives the machine’s role and its keys.',
    fix: 'Set `http_tokens = "required"` in `metadata_options`.',
    references: [`${DOCS}/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html`],
    types: ['aws_instance', 'aws_launch_template'],
    decides: ['metadata_options'],
    *find({ values, unknown }) {
      const options = recordsIn(values.metadata_options)[0];
      // What a plan leaves to the image or the account is known only afterwards.
      if (options === undefined || unknown.metadata_options === true) return;
      if (options.http_endpoint !== 'disabled' && options.http_tokens === 'optional') {
        yield { path: ['metadata_options', 0, 'http_tokens'] };
      }
    },
  },
  attribute({
    id: 'aws-image-public',
    title: 'An image of a machine is public',
    severity: 'high',
    why: 'Whoever starts it reads what lies on its disk: keys, sources, histories of shells.',
    fix: 'Name accounts in `account_id` instead of the group `all`.',
    references: [`${DOCS}/AWSEC2/latest/UserGuide/sharingamis-intro.html`],
    types: ['aws_ami_launch_permission'],
    at: ['group'],
    is: (value) => value === 'all',
  }),
  attribute({
    id: 'aws-snapshot-sharing-unblocked',
    title: 'Disk snapshots of an account may be shared with everybody',
    severity: 'low',
    why: 'One click makes a disk public, and nothing stops it.',
    fix: 'Set `state = "block-all-sharing"`.',
    references: [`${DOCS}/ebs/latest/userguide/block-public-access-snapshots.html`],
    types: ['aws_ebs_snapshot_block_public_access'],
    at: ['state'],
    is: (value) => value === 'unblocked',
  }),
  {
    id: 'aws-eks-public-endpoint',
    title: 'The API of a Kubernetes cluster answers the whole internet',
    severity: 'medium',
    why: 'Stolen or leaked credentials work from everywhere, and holes of the API can be tried by everybody.',
    fix: 'Set `endpoint_public_access = false`, or limit `public_access_cidrs`.',
    references: [`${DOCS}/eks/latest/userguide/cluster-endpoint.html`],
    types: ['aws_eks_cluster'],
    decides: ['vpc_config'],
    *find({ values }) {
      const config = recordsIn(values.vpc_config)[0];
      if (config === undefined || !isNotFalse(config.endpoint_public_access)) return;
      const from = textsIn(config.public_access_cidrs);
      if (from.length === 0 || everybody(from)) yield { path: ['vpc_config', 0, 'public_access_cidrs'] };
    },
  },
  attribute({
    id: 'aws-notebook-direct-internet',
    title: 'A SageMaker notebook is reached over the internet',
    severity: 'medium',
    why: 'It runs code with a role, and stands outside of your VPC with its own way in and out.',
    fix: 'Set `direct_internet_access = "Disabled"` and give it a subnet.',
    references: [`${DOCS}/sagemaker/latest/dg/infrastructure-connect-to-resources.html`],
    types: ['aws_sagemaker_notebook_instance'],
    at: ['direct_internet_access'],
    is: (value) => value === undefined || value === null || value === 'Enabled',
  }),
  attribute({
    id: 'aws-emr-block-off',
    title: 'Clusters of EMR may be opened to the whole internet',
    severity: 'medium',
    why: 'Hadoop and Spark answer without a password; this setting keeps their ports closed.',
    fix: 'Set `block_public_security_group_rules = true`.',
    references: [`${DOCS}/emr/latest/ManagementGuide/emr-block-public-access.html`],
    types: ['aws_emr_block_public_access_configuration'],
    at: ['block_public_security_group_rules'],
    is: (value) => value === false,
  }),
  attribute({
    id: 'aws-ssm-document-public',
    title: 'A document of Systems Manager is shared with everybody',
    severity: 'high',
    why: 'It shows how machines are set up, and often a password in its parameters.',
    fix: 'Name accounts in `permissions` instead of `All`.',
    references: [`${DOCS}/systems-manager/latest/userguide/documents-ssm-sharing.html`],
    types: ['aws_ssm_document'],
    at: ['permissions', 'account_ids'],
    is: (value) => /\ball\b/i.test(wordOf(value)),
  }),
  attribute({
    id: 'aws-transfer-plain-ftp',
    title: 'A server of AWS Transfer takes FTP without TLS',
    severity: 'high',
    why: 'Passwords and files cross the network as they are.',
    fix: 'Leave `SFTP` or `FTPS` in `protocols`.',
    references: [`${DOCS}/transfer/latest/userguide/create-server-ftp.html`],
    types: ['aws_transfer_server'],
    at: ['protocols'],
    is: (value) => textsIn(value).includes('FTP'),
  }),
  {
    id: 'aws-balancer-plain',
    title: 'A load balancer passes on requests that came without TLS',
    severity: 'medium',
    why: 'Prompts, answers and session tokens can be read on the way.',
    fix: 'Make the action of the HTTP listener a `redirect` to HTTPS.',
    references: [`${DOCS}/elasticloadbalancing/latest/application/create-https-listener.html`],
    types: ['aws_lb_listener', 'aws_alb_listener'],
    decides: ['protocol'],
    *find({ values }) {
      const forwards = recordsIn(values.default_action).some(({ type }) => type === 'forward');
      if (values.protocol === 'HTTP' && forwards) yield { path: ['protocol'] };
    },
  },
];
