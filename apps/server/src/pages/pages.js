/* The sign-in pages. No framework, no inline script: the pages allow scripts from this server only. */
const at = (id) => document.getElementById(id);
const { startAuthentication, startRegistration, browserSupportsWebAuthn } = globalThis.SimpleWebAuthnBrowser;

/** Asks the server; throws an Error with its message. */
async function ask(path, body) {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (response.ok) return answer;
  const error = new Error(answer.error?.message ?? `the server answered ${response.status}`);
  error.code = answer.error?.code;
  throw error;
}

function show(error) {
  // A person who closes the browser's dialog knows that.
  if (error?.name === 'NotAllowedError') return;
  const text = error?.message ?? 'something went wrong';
  at('problem').textContent = `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  at('problem').hidden = false;
}

/** Runs `work` once at a time, and shows what goes wrong. */
function when(element, event, work) {
  element.addEventListener(event, async (happened) => {
    happened.preventDefault();
    const buttons = [...document.querySelectorAll('button')];
    at('problem').hidden = true;
    for (const button of buttons) button.disabled = true;
    try {
      await work();
    } catch (error) {
      show(error);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
}

const fields = (form) => Object.fromEntries(new FormData(form));
const account = () => location.replace('/account');
const time = (seconds) => new Date(seconds * 1000).toLocaleString();

const pages = {
  'sign-in': async () => {
    at('passkey').hidden = !browserSupportsWebAuthn();
    ask('/v1/sign-in').then(({ oidc }) => {
      at('oidc').hidden = !oidc;
    });
    when(at('passkey'), 'click', async () => {
      const { passkey: optionsJSON } = await ask('/v1/sign-in/passkey/begin', {});
      await ask('/v1/sign-in/passkey/finish', { passkey: await startAuthentication({ optionsJSON }) });
      account();
    });
    when(at('password'), 'submit', async () => {
      await ask('/v1/sign-in/password', fields(at('password')));
      account();
    });
  },

  enrol: async () => {
    // After the `#`, which browsers never send: the code is in no server's log.
    const code = location.hash.slice(1);
    history.replaceState(null, '', location.pathname);
    const { name, role, passkey } = await ask('/v1/enrol/begin', { code });
    at('name').textContent = name;
    at('role').textContent = role;
    at('password').elements.name.value = name;
    at('passkey').hidden = at('or').hidden = !passkey || !browserSupportsWebAuthn();
    at('ready').hidden = false;
    when(at('passkey'), 'click', async () => {
      const made = await startRegistration({ optionsJSON: passkey });
      await ask('/v1/enrol/finish', { code, passkey: made });
      account();
    });
    when(at('password'), 'submit', async () => {
      const { password, again } = fields(at('password'));
      if (password !== again) throw new Error('the two passwords differ');
      await ask('/v1/enrol/finish', { code, password });
      account();
    });
  },

  account: async () => {
    const me = await ask('/v1/account').catch((error) => {
      if (error.code !== 'TOKEN_MISSING' && error.code !== 'SIGNIN_ENDED') throw error;
      location.replace('/sign-in');
    });
    if (!me) return;
    for (const id of ['name', 'role', 'workspace']) at(id).textContent = me[id];
    at('services').textContent = me.services?.join(', ') ?? 'all';
    at('has-password').textContent = me.password ? 'set' : 'none';
    at('passkeys').textContent = me.passkeys.length;
    at('sessions').replaceChildren(
      ...me.sessions.map((session) => {
        const row = document.createElement('tr');
        const by = session.this ? `${session.method}, here` : session.method;
        for (const text of [time(session.created), time(session.seen), by])
          row.insertCell().textContent = text;
        return row;
      }),
    );
    at('ready').hidden = false;
    when(at('add-passkey'), 'click', async () => {
      const { passkey: optionsJSON } = await ask('/v1/account/passkeys/begin', {});
      await ask('/v1/account/passkeys/finish', { passkey: await startRegistration({ optionsJSON }) });
      location.reload();
    });
    when(at('end-others'), 'click', async () => {
      await ask('/v1/account/sessions/end', {});
      location.reload();
    });
    when(at('sign-out'), 'click', async () => {
      const { leave = '/sign-in' } = await ask('/v1/account/sign-out', {});
      location.replace(leave);
    });
  },
};

pages[document.body.dataset.page]().catch(show);
