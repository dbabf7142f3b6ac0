import * as z from 'zod/mini';
import { ask, attempt, isOutcome, type Outcome } from './headless';

const LIST = '/account/authenticators';
const ONE = '/account/authenticators/webauthn';

const Passkey = z.object({
  type: z.literal('webauthn'),
  id: z.number(),
  name: z.string(),
  /** Seconds since 1970, as are all moments of this API. */
  created_at: z.number(),
  last_used_at: z.nullish(z.number()),
});
const Passkeys = z.pipe(
  z.object({ data: z.array(z.union([Passkey, z.object({ type: z.string() })])) }),
  z.transform(({ data }) => data.filter((one): one is Passkey => 'id' in one)),
);
const Added = z.pipe(
  z.object({ meta: z.object({ recovery_codes_generated: z.boolean() }) }),
  z.transform(({ meta }) => ({ hasNewCodes: meta.recovery_codes_generated })),
);
// What is inside is between the server and the browser: neither is read here.
const CreationOptions = z.object({
  data: z.object({
    creation_options: z.object({ publicKey: z.custom<PublicKeyCredentialCreationOptionsJSON>(isObject) }),
  }),
});
const RequestOptions = z.object({
  data: z.object({
    request_options: z.object({ publicKey: z.custom<PublicKeyCredentialRequestOptionsJSON>(isObject) }),
  }),
});

export type Passkey = z.infer<typeof Passkey>;

/** Say whether this browser knows passkeys; where it does not, none are offered. */
export function arePasskeysKnown(): boolean {
  return typeof PublicKeyCredential === 'function' && 'parseCreationOptionsFromJSON' in PublicKeyCredential;
}

export const passkeys = () => ask(Passkeys, 'GET', LIST);
export const renamePasskey = (id: number, name: string) => attempt('PUT', ONE, { id, name });
export const removePasskey = (id: number) => attempt('DELETE', ONE, { authenticators: [id] });

export const signInByPasskey = () => sign('/auth/webauthn/login');
export const giveByPasskey = () => sign('/auth/webauthn/authenticate');
export const proveByPasskey = () => sign('/auth/webauthn/reauthenticate');

/** Let the device make a passkey and keep its public half; tells whether recovery codes were made with it. */
export async function addPasskey(name: string): Promise<{ hasNewCodes: boolean } | Outcome> {
  const options = await ask(CreationOptions, 'GET', `${ONE}?passwordless`);
  if (isOutcome(options)) return options;
  const { publicKey } = options.data.creation_options;
  const credential = await ofDevice(() =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) }),
  );
  return credential ? ask(Added, 'POST', ONE, { name, credential }) : { kind: 'dismissed' };
}

async function sign(path: string): Promise<Outcome> {
  const options = await ask(RequestOptions, 'GET', path);
  if (isOutcome(options)) return options;
  const { publicKey } = options.data.request_options;
  const credential = await ofDevice(() =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) }),
  );
  return credential ? attempt('POST', path, { credential }) : { kind: 'dismissed' };
}

/** Ask the device; null when the person declines, has no fitting passkey, or waits too long: a browser never tells which. */
async function ofDevice(ceremony: () => Promise<Credential | null>) {
  try {
    const credential = await ceremony();
    return credential instanceof PublicKeyCredential ? credential.toJSON() : null;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
