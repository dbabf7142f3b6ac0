import { vi } from 'vitest';

/** What jsdom has not: a device that makes passkeys and signs with them, or whose owner declines. */
class TestCredential {
  toJSON() {
    return { id: 'k-1' };
  }
  static parseCreationOptionsFromJSON = (options: unknown) => options;
  static parseRequestOptionsFromJSON = (options: unknown) => options;
}

/** Give this browser a device; it declines as often as is said, then it signs. Undone after each test. */
export function deviceSigns({ declining = 0 } = {}) {
  let asked = 0;
  const ceremony = vi.fn(async (_options: { publicKey: unknown }) => {
    asked += 1;
    if (asked <= declining) throw new DOMException('No.', 'NotAllowedError');
    return new TestCredential();
  });
  vi.stubGlobal('PublicKeyCredential', TestCredential);
  vi.stubGlobal(
    'navigator',
    Object.assign(Object.create(navigator), { credentials: { create: ceremony, get: ceremony } }),
  );
  return ceremony;
}
