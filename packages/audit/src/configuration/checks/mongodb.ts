import { isAny, isLoopback } from '../address.ts';
import { type ConfigurationCheck, eachFile, family } from '../check.ts';
import { isOff, isOn, type Setting } from '../setting.ts';

const OPTIONS = 'https://www.mongodb.com/docs/manual/reference/configuration-options/';
const CHECKLIST = 'https://www.mongodb.com/docs/manual/administration/security-checklist/';

/** The setting that makes it listen to other machines; without one it listens to this machine alone. */
function listens(root: Setting): Setting | undefined {
  const all = root.get('net', 'bindIpAll');
  if (isOn(all)) return all;
  const bind = root.get('net', 'bindIp');
  return bind?.value?.split(',').some((address) => !isLoopback(address)) ? bind : undefined;
}

/** Whether nothing is asked of who connects. A key file or X.509 between members turns authorization on. */
function anonymous(root: Setting): boolean {
  const security = root.get('security');
  return (
    !isOn(security?.get('authorization')) && !security?.get('keyFile') && !security?.get('clusterAuthMode')
  );
}

const checks: readonly ConfigurationCheck[] = [
  {
    id: 'mongodb-open-to-world',
    title: 'MongoDB answers anybody without a password',
    severity: 'critical',
    why: 'Whoever reaches the port reads, changes and deletes every database; such servers are found and emptied within hours.',
    fix: 'Set `security.authorization: enabled` after creating an administrator, and `net.bindIp` to the addresses that need it.',
    references: [`${OPTIONS}#security-options`, CHECKLIST],
    explains: ['mongodb'],
    *find(root) {
      const bind = listens(root);
      if (!bind || !anonymous(root)) return;
      const off = root.get('security', 'authorization');
      const wide = bind.name === 'bindIpAll' || bind.value!.split(',').some(isAny);
      yield { at: off ? [off, bind] : [bind], ...(wide ? {} : { severity: 'high' }) };
    },
  },
  {
    id: 'mongodb-authorization-off',
    title: 'MongoDB asks nobody on this machine for a password',
    severity: 'medium',
    why: 'Any program on the machine, and any request that it can be made to send, reads and changes every database.',
    fix: 'Set `security.authorization: enabled`.',
    references: [`${OPTIONS}#mongodb-setting-security.authorization`],
    *find(root) {
      const off = root.get('security', 'authorization');
      if (isOff(off) && anonymous(root) && !listens(root)) yield { at: off! };
    },
  },
  {
    id: 'mongodb-transition-to-auth',
    title: 'MongoDB still lets in who has no password',
    severity: 'high',
    why: '`transitionToAuth` is meant for the hour in which passwords are introduced: connections without one are served as before.',
    fix: 'Remove `security.transitionToAuth` and restart each member.',
    references: [`${OPTIONS}#mongodb-setting-security.transitionToAuth`],
    explains: ['mongodb'],
    *find(root) {
      const still = root.get('security', 'transitionToAuth');
      if (isOn(still)) yield { at: still! };
    },
  },
  {
    id: 'mongodb-without-tls',
    title: 'MongoDB talks to other machines without TLS',
    severity: 'medium',
    why: 'Documents, and what passwords are proven with, can be read and changed on the way.',
    fix: 'Set `net.tls.mode: requireTLS` and `net.tls.certificateKeyFile`.',
    references: ['https://www.mongodb.com/docs/manual/tutorial/configure-ssl/'],
    *find(root) {
      const mode = root.get('net', 'tls', 'mode') ?? root.get('net', 'ssl', 'mode');
      const bind = listens(root);
      if (bind && !anonymous(root) && !/^require/i.test(mode?.value ?? ''))
        yield { at: mode ? [mode, bind] : bind };
    },
  },
  {
    id: 'mongodb-tls-unverified',
    title: 'MongoDB accepts any certificate',
    severity: 'medium',
    why: 'Somebody on the way can pass for a member or a client, and TLS then protects nothing.',
    fix: 'Remove `allowInvalidCertificates` and `allowInvalidHostnames`, and name your authority in `net.tls.CAFile`.',
    references: [`${OPTIONS}#mongodb-setting-net.tls.allowInvalidCertificates`],
    *find(root) {
      for (const section of ['tls', 'ssl'])
        for (const name of ['allowInvalidCertificates', 'allowInvalidHostnames'])
          if (isOn(root.get('net', section, name))) yield { at: root.get('net', section, name)! };
    },
  },
  {
    id: 'mongodb-http-interface',
    title: 'MongoDB shows its state over HTTP',
    severity: 'high',
    why: 'The page of old releases asks for no password, and with REST it hands out documents.',
    fix: 'Remove `net.http`, and use a release that has none (3.6 or later).',
    references: ['https://www.mongodb.com/docs/manual/release-notes/3.6/'],
    *find(root) {
      for (const name of ['enabled', 'RESTInterfaceEnabled', 'JSONPEnabled'])
        if (isOn(root.get('net', 'http', name))) yield { at: root.get('net', 'http', name)! };
    },
  },
];

export const mongodb = family(['mongodb'], eachFile, checks);
