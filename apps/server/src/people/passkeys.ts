import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { TacetError } from '@tacet/records';
import type { PasskeyRow, UserRow } from '@tacet/store';

/** How long a person may take with their authenticator, milliseconds. */
const PATIENCE_MS = 5 * 60_000;
/** Ceremonies begun and not finished; the oldest makes room. */
const OPEN_MOST = 1_000;

const invalid = () => new TacetError('PASSKEY_INVALID', 'the passkey was not accepted; try again');
const library = () => import('@simplewebauthn/server');

/** What a passkey has to prove: that it is asked for by our own page, at our own name. */
export interface At {
  origin: URL;
}

/**
 * Passkeys (WebAuthn level 3): the challenges that are out, each good for one answer, and the checking
 * of answers. The person is verified by the authenticator each time.
 */
export class Passkeys {
  /** Challenge → what it was given out for, and until when. */
  readonly #open = new Map<string, { purpose: string; until: number }>();
  readonly #now: () => number;

  /** `now` gives milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Asks for a new passkey of `user`; those in `known` are not made twice. */
  async creation(
    user: Pick<UserRow, 'id' | 'name'>,
    known: readonly PasskeyRow[],
    { origin }: At,
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { generateRegistrationOptions } = await library();
    const options = await generateRegistrationOptions({
      rpName: 'Tacet',
      rpID: origin.hostname,
      userName: user.name,
      userID: new Uint8Array(Buffer.from(user.id, 'hex')),
      attestationType: 'none',
      excludeCredentials: known.map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      timeout: PATIENCE_MS,
    });
    this.#give(options.challenge, `create ${user.id}`);
    return options;
  }

  /** The passkey that an answer brings. Throws PASSKEY_INVALID. */
  async created(
    user: Pick<UserRow, 'id'>,
    response: RegistrationResponseJSON,
    { origin }: At,
  ): Promise<Pick<PasskeyRow, 'id' | 'publicKey' | 'counter'>> {
    const { verifyRegistrationResponse } = await library();
    const { registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: (challenge) => this.#take(challenge, `create ${user.id}`),
      expectedOrigin: origin.origin,
      expectedRPID: origin.hostname,
      requireUserVerification: true,
    }).catch(() => {
      throw invalid();
    });
    if (!registrationInfo) throw invalid();
    const { id, publicKey, counter } = registrationInfo.credential;
    return { id, publicKey: new Uint8Array(publicKey), counter };
  }

  /** Asks for any passkey of this server: the answer says whose. */
  async request({ origin }: At): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await library();
    const options = await generateAuthenticationOptions({
      rpID: origin.hostname,
      userVerification: 'required',
      timeout: PATIENCE_MS,
    });
    this.#give(options.challenge, 'sign in');
    return options;
  }

  /** Checks an answer against the passkey that it names; gives the new counter. Throws PASSKEY_INVALID. */
  async answered(
    response: AuthenticationResponseJSON,
    passkey: PasskeyRow | undefined,
    { origin }: At,
  ): Promise<number> {
    if (!passkey) throw invalid();
    const { verifyAuthenticationResponse } = await library();
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: (challenge) => this.#take(challenge, 'sign in'),
      expectedOrigin: origin.origin,
      expectedRPID: origin.hostname,
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(passkey.publicKey),
        counter: passkey.counter,
      },
    }).catch(() => {
      throw invalid();
    });
    if (!verified) throw invalid();
    return authenticationInfo.newCounter;
  }

  #give(challenge: string, purpose: string): void {
    const oldest = this.#open.keys().next();
    if (this.#open.size >= OPEN_MOST && !oldest.done) this.#open.delete(oldest.value);
    this.#open.set(challenge, { purpose, until: this.#now() + PATIENCE_MS });
  }

  /** Whether the challenge was given out for this and is still good; it is not any more. */
  #take(challenge: string, purpose: string): boolean {
    const found = this.#open.get(challenge);
    this.#open.delete(challenge);
    return found !== undefined && found.purpose === purpose && found.until > this.#now();
  }
}
