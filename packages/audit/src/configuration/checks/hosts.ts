import { hostAndPort, isLoopback } from '../address.ts';
import { type ConfigurationCheck, eachFile, family } from '../check.ts';
import { isOn, type Setting } from '../setting.ts';

const SSHD = 'https://man.openbsd.org/sshd_config';
const JUPYTER = 'https://jupyter-server.readthedocs.io/en/latest/operators/security.html';
const LITELLM = 'https://docs.litellm.ai/docs/proxy/';

const sshdChecks: readonly ConfigurationCheck[] = [
  {
    id: 'ssh-empty-passwords',
    title: 'SSH lets in users without a password',
    severity: 'critical',
    why: 'One account with an empty password opens the machine to whoever tries its name.',
    fix: 'Set `PermitEmptyPasswords no`.',
    references: [`${SSHD}#PermitEmptyPasswords`],
    *find(root) {
      // Of sshd the first line counts, not the last.
      const empty = root.get('permitemptypasswords');
      if (isOn(empty)) yield { at: empty! };
    },
  },
  {
    id: 'ssh-root-by-password',
    title: 'SSH lets root in with a password',
    severity: 'medium',
    why: 'The one name that every machine has is tried without end; a guess gives everything.',
    fix: 'Set `PermitRootLogin prohibit-password` or `no`, and `PasswordAuthentication no`.',
    references: [`${SSHD}#PermitRootLogin`],
    *find(root) {
      const login = root.get('permitrootlogin');
      if (isOn(login) && root.get('passwordauthentication')?.value !== 'no') yield { at: login! };
    },
  },
];

const dockerChecks: readonly ConfigurationCheck[] = [
  {
    id: 'docker-open-to-world',
    title: 'Docker takes orders from anybody',
    severity: 'critical',
    why: 'Whoever reaches the port starts a container with the disk of the machine in it: root without a password.',
    fix: 'Remove the `tcp://` host and use `ssh://`, or set `tlsverify` with an authority of your own.',
    references: ['https://docs.docker.com/engine/security/protect-access/'],
    explains: ['docker'],
    *find(root) {
      if (isOn(root.last('tlsverify'))) return;
      for (const host of root.all('hosts', '*'))
        if (/^tcp:/.test(host.value ?? '') && !isLoopback(hostAndPort(host.value!).host || '*'))
          yield { at: host };
    },
  },
  {
    id: 'docker-registry-without-tls',
    title: 'Docker runs images from a registry that it does not verify',
    severity: 'medium',
    why: 'Somebody on the way puts a program of their own in place of an image.',
    fix: 'Remove `insecure-registries` and give the registry a certificate.',
    references: ['https://docs.docker.com/reference/cli/dockerd/#insecure-registries'],
    *find(root) {
      const beyond = root
        .all('insecure-registries', '*')
        .find(({ value = '' }) => !isLoopback(hostAndPort(value).host));
      if (beyond) yield { at: beyond };
    },
  },
];

/** The last value given to a trait, whichever class it is set on. */
function trait(root: Setting, name: string): Setting | undefined {
  return [...root.walk()].findLast((one) => one.name.split('.').at(-1) === name && one.children.length === 0);
}

function jupyterListens(root: Setting): Setting | undefined {
  const ip = trait(root, 'ip');
  return ip && !isLoopback(ip.value ?? '') ? ip : undefined;
}

const jupyterChecks: readonly ConfigurationCheck[] = [
  {
    id: 'jupyter-open-to-world',
    title: 'Jupyter runs code for anybody without a password',
    severity: 'critical',
    why: 'Whoever reaches the port has a shell on the machine, with its data, keys and models.',
    fix: 'Remove the empty `token`, set a password with `jupyter server password`, and let it listen to `localhost`.',
    references: [JUPYTER],
    explains: ['jupyter'],
    *find(root) {
      const token = trait(root, 'token');
      const password = trait(root, 'hashed_password') ?? trait(root, 'password');
      if (token?.value !== '' || (password?.value ?? '') !== '') return;
      const ip = jupyterListens(root);
      yield ip ? { at: [token, ip] } : { at: token, severity: 'medium' };
    },
  },
  {
    id: 'jupyter-any-origin',
    title: 'Any web page may send requests to Jupyter',
    severity: 'medium',
    why: 'A page that somebody with a session opens runs code in their place.',
    fix: 'Remove `allow_origin = "*"`, or name the origin; leave the check for XSRF on.',
    references: [JUPYTER],
    *find(root) {
      const origin = trait(root, 'allow_origin');
      const pattern = trait(root, 'allow_origin_pat');
      const unchecked = trait(root, 'disable_check_xsrf');
      if (origin?.value === '*') yield { at: origin };
      else if (pattern?.value === '.*') yield { at: pattern };
      else if (isOn(unchecked)) yield { at: unchecked! };
    },
  },
  {
    id: 'jupyter-without-tls',
    title: 'Jupyter takes passwords from other machines without TLS',
    severity: 'medium',
    why: 'The password, the session and all code and data pass the network in clear text.',
    fix: 'Set `certfile` and `keyfile`, or let it listen to `localhost` behind a proxy with TLS.',
    references: [JUPYTER],
    *find(root) {
      const ip = jupyterListens(root);
      if (ip && !trait(root, 'certfile') && trait(root, 'token')?.value !== '') yield { at: ip };
    },
  },
  {
    id: 'jupyterhub-any-password',
    title: 'JupyterHub takes any name and any password',
    severity: 'critical',
    why: 'The dummy authenticator is for trying things out: whoever reaches the page has a shell.',
    fix: 'Set `JupyterHub.authenticator_class` to that of your identity provider.',
    references: ['https://jupyterhub.readthedocs.io/en/stable/reference/authenticators.html'],
    explains: ['jupyter'],
    *find(root) {
      const kind = trait(root, 'authenticator_class');
      if (/dummy/i.test(kind?.value ?? '') && !trait(root, 'password')?.value) yield { at: kind! };
    },
  },
];

const litellmChecks: readonly ConfigurationCheck[] = [
  {
    id: 'litellm-sample-key',
    title: 'LiteLLM has the master key of its own guide',
    severity: 'critical',
    why: 'Everybody knows it: whoever reaches the port uses your models, makes keys and reads the settings.',
    fix: 'Set `general_settings.master_key` to `os.environ/LITELLM_MASTER_KEY` with a random value.',
    references: [`${LITELLM}virtual_keys`],
    explains: ['litellm'],
    *find(root) {
      const key = root.get('general_settings', 'master_key');
      if (/^sk-(?:1234|12345|123456|test|admin|master|changeme|litellm)$/.test(key?.value ?? ''))
        yield { at: key! };
    },
  },
  {
    id: 'litellm-without-key',
    title: 'LiteLLM asks nobody for a key',
    severity: 'high',
    why: 'Without a master key, in the file or in LITELLM_MASTER_KEY, whoever reaches the port uses your models on your bill.',
    fix: 'Set `general_settings.master_key: os.environ/LITELLM_MASTER_KEY`.',
    references: [`${LITELLM}config_settings`],
    explains: ['litellm'],
    *find(root) {
      const models = root.get('model_list');
      if (models && !root.get('general_settings', 'master_key'))
        yield { at: root.get('general_settings') ?? models };
    },
  },
  {
    id: 'litellm-plaintext-key',
    title: 'A provider’s key stands in the configuration of LiteLLM',
    severity: 'high',
    why: 'Whoever reads the file or its repository uses the models on your bill.',
    fix: 'Write `os.environ/NAME` in its place.',
    references: [`${LITELLM}configs`],
    *find(root) {
      for (const one of root.all('model_list', '*', 'litellm_params', '*'))
        if (/^(?:api_key|aws_secret_access_key|aws_session_token|vertex_credentials)$/.test(one.name))
          if ((one.value ?? '').length >= 16 && !/^os\.environ\/|^\$/.test(one.value!)) yield { at: one };
    },
  },
  {
    id: 'litellm-keeps-prompts',
    title: 'LiteLLM keeps prompts and answers in its table of costs',
    severity: 'medium',
    why: 'What people wrote stands in clear text in a database that is meant for bills.',
    fix: 'Remove `store_prompts_in_spend_logs` and keep conversations where they are sealed.',
    references: [`${LITELLM}ui_logs`],
    *find(root) {
      const keeps = root.get('general_settings', 'store_prompts_in_spend_logs');
      if (isOn(keeps)) yield { at: keeps! };
    },
  },
];

export const sshd = family(['sshd'], eachFile, sshdChecks);
export const docker = family(['docker'], eachFile, dockerChecks);
export const jupyter = family(['jupyter'], eachFile, jupyterChecks);
export const litellm = family(['litellm'], eachFile, litellmChecks);
