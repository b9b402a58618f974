import type { Check } from '../finding.ts';
import { listAt, textAt, wordAt } from '../reading/json.ts';
import { type Ask, httpProbe } from './http.ts';

const references = [
  'https://langfuse.com/self-hosting/security/authentication-and-sso',
  'https://langfuse.com/self-hosting/configuration',
];
const SIGN_IN = '/auth/sign-in';

export const LANGFUSE_SIGN_UP: Check = {
  id: 'langfuse-sign-up-open',
  title: 'Whoever wants may open an account at Langfuse',
  severity: 'medium',
  why: 'A stranger becomes a user of the installation, sees what is shared with every user, and uses its models.',
  fix: 'Set AUTH_DISABLE_SIGNUP=true, or AUTH_DISABLE_USERNAME_PASSWORD=true with single sign-on.',
  references,
};

/** Answers whoever asks, and says what this is; it proves nothing else. */
async function version(ask: Ask): Promise<string | undefined> {
  const { json } = await ask({ path: '/api/public/health' });
  return textAt(json, 'status') === 'OK' ? wordAt(json, 'version') : undefined;
}

export const langfuse = httpProbe({
  service: 'langfuse',
  name: 'Langfuse',
  ports: [3000],
  check: {
    id: 'langfuse-open',
    title: 'Langfuse answers without a key',
    severity: 'medium',
    why: 'Whoever reaches the port reads traces: prompts, answers, users.',
    fix: 'Take away what adds a key for everybody, such as a proxy, and keep the port inside.',
    references,
  },
  asks: { path: '/api/public/projects' },
  further: ['GET /api/public/health', `GET ${SIGN_IN}`],
  async open({ status, json }, ask) {
    const projects = listAt(json, 'data');
    if (status !== 200 || projects === undefined) return undefined;
    return (await version(ask)) && `data: ${projects.length} projects`;
  },
  guarded: async ({ status, json }, ask) =>
    status === 401 && textAt(json, 'message') !== undefined && (await version(ask)) !== undefined,
  async beside(_, ask) {
    const { status, body } = await ask({ path: SIGN_IN });
    // What the page tells its own script; another setting (NEXT_PUBLIC_SIGN_UP_DISABLED) only takes the link away.
    const told = /"credentials":\s?true/.test(body) && !/"signUpDisabled":\s?true/.test(body);
    const link = /href="(\/[\w/-]{0,100})?\/auth\/sign-up["?]/.test(body);
    const proof = {
      request: `GET ${SIGN_IN}`,
      reply: 'HTTP 200: "credentials":true, a link to /auth/sign-up',
    };
    return status === 200 && told && link ? [{ check: LANGFUSE_SIGN_UP, proof }] : [];
  },
  async reads({ json }, ask) {
    const projects = (listAt(json, 'data') ?? []).map((one) => ({
      kind: 'project',
      name: textAt(one, 'name'),
    }));
    return { named: projects, version: await version(ask) };
  },
});
