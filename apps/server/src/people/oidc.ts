import { isRole, type Role } from '@tacet/access';
import { TacetError } from '@tacet/records';
import type { Configuration } from 'openid-client';

/** How people sign in through their organisation's provider; from the directory's settings. */
export interface OidcSettings {
  /** `https://id.example.com`; its metadata stands below `/.well-known/`. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The claim that holds a person's groups: a text or a list of texts. */
  groupsClaim: string;
  /** Which role a group gives. Of several the first one here counts; nobody in none of them gets in. */
  roles: Readonly<Record<string, Role>>;
  /** The provider is on this machine and speaks plain http. */
  insecure?: boolean;
}

/** What the provider says of somebody. */
export interface Vouched {
  issuer: string;
  subject: string;
  name: string;
  role: Role;
  /** For signing out at the provider. */
  idToken: string;
}

/** A sign-in that is under way: kept until the provider sends the person back. */
interface Begun {
  verifier: string;
  nonce: string;
  redirect: string;
  until: number;
}

const PATIENCE_MS = 10 * 60_000;
const OPEN_MOST = 1_000;
const MAX_NAME = 100;

const refused = (why: string) => new TacetError('OIDC_REFUSED', why);

/**
 * Signing in through an OpenID Connect provider: authorisation code with PKCE, state and nonce
 * (OpenID Connect Core 1.0, RFC 9700). The library checks signature, issuer, audience and times.
 */
export class Oidc {
  readonly #settings: OidcSettings;
  readonly #now: () => number;
  readonly #begun = new Map<string, Begun>();
  #configuration: Promise<Configuration> | undefined;

  /** `now` gives milliseconds since 1970. */
  constructor(settings: OidcSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  /** Where to send a browser; `state` comes back with it. Throws OIDC_UNAVAILABLE. */
  async begin(redirect: string): Promise<{ url: URL; state: string }> {
    const library = await import('openid-client');
    const configuration = await this.#configured();
    const verifier = library.randomPKCECodeVerifier();
    const [state, nonce] = [library.randomState(), library.randomNonce()];
    const oldest = this.#begun.keys().next();
    if (this.#begun.size >= OPEN_MOST && !oldest.done) this.#begun.delete(oldest.value);
    this.#begun.set(state, { verifier, nonce, redirect, until: this.#now() + PATIENCE_MS });
    const url = library.buildAuthorizationUrl(configuration, {
      redirect_uri: redirect,
      scope: 'openid profile email',
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { url, state };
  }

  /**
   * What the provider vouches for, of the address that it sent the browser to and the `state` that this
   * browser began with. Throws OIDC_REFUSED, OIDC_UNAVAILABLE.
   */
  async finish(address: URL, state: string | undefined): Promise<Vouched> {
    const begun = state === undefined ? undefined : this.#begun.get(state);
    if (state === undefined || !begun || begun.until <= this.#now())
      throw refused('this sign-in was not begun here, or too long ago');
    this.#begun.delete(state);
    const library = await import('openid-client');
    const configuration = await this.#configured();
    const here = new URL(begun.redirect);
    here.search = address.search;
    const tokens = await library
      .authorizationCodeGrant(configuration, here, {
        pkceCodeVerifier: begun.verifier,
        expectedState: state,
        expectedNonce: begun.nonce,
        idTokenExpected: true,
      })
      .catch(() => {
        throw refused('the provider did not vouch for this sign-in');
      });
    const claims = tokens.claims();
    if (!claims || !tokens.id_token) throw refused('the provider named nobody');
    const known: Record<string, unknown> = {
      ...claims,
      ...(await this.#userInfo(configuration, tokens.access_token, claims.sub)),
    };
    const role = this.#roleOf(known[this.#settings.groupsClaim]);
    if (role === undefined) throw refused('none of your groups may come in here');
    return {
      issuer: claims.iss,
      subject: claims.sub,
      name: nameOf(known) ?? claims.sub.slice(0, MAX_NAME),
      role,
      idToken: tokens.id_token,
    };
  }

  /** Where to send a browser so that its session at the provider ends too; undefined when it has no such place. */
  async end(idToken: string, back: string): Promise<string | undefined> {
    const library = await import('openid-client');
    const configuration = await this.#configured();
    if (!configuration.serverMetadata().end_session_endpoint) return undefined;
    return library.buildEndSessionUrl(configuration, {
      id_token_hint: idToken,
      post_logout_redirect_uri: back,
    }).href;
  }

  /** Claims that the provider gives at its own place only; none when it has no such place. */
  async #userInfo(configuration: Configuration, accessToken: string, subject: string): Promise<object> {
    const { fetchUserInfo } = await import('openid-client');
    if (!configuration.serverMetadata().userinfo_endpoint) return {};
    return fetchUserInfo(configuration, accessToken, subject).catch(() => {
      throw refused('the provider did not say who this is');
    });
  }

  #roleOf(groups: unknown): Role | undefined {
    const names = new Set(Array.isArray(groups) ? groups : [groups]);
    const group = Object.keys(this.#settings.roles).find((name) => names.has(name));
    const role = group === undefined ? undefined : this.#settings.roles[group];
    return isRole(role) ? role : undefined;
  }

  /** The provider's metadata; asked for again when it could not be had. */
  #configured(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, insecure } = this.#settings;
    this.#configuration ??= import('openid-client')
      .then(({ allowInsecureRequests, ClientSecretBasic, discovery }) =>
        discovery(new URL(issuer), clientId, undefined, ClientSecretBasic(clientSecret), {
          ...(insecure && { execute: [allowInsecureRequests] }),
        }),
      )
      .catch(() => {
        this.#configuration = undefined;
        throw new TacetError('OIDC_UNAVAILABLE', 'the provider cannot be reached');
      });
    return this.#configuration;
  }
}

/** A name for lists: what the provider says, on one line. */
function nameOf(claims: Record<string, unknown>): string | undefined {
  for (const claim of ['email', 'preferred_username', 'name']) {
    const value = claims[claim];
    if (typeof value !== 'string') continue;
    const name = value.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, '').trim();
    if (name !== '' && name.length <= MAX_NAME) return name;
  }
  return undefined;
}
