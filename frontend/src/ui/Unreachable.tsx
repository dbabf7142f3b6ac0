import { Trans } from '@lingui/react/macro';
import { Notice } from './Notice';

/** Says that no answer came, and what to do. */
export function Unreachable() {
  return (
    <Notice tone="problem">
      <Trans>The server could not be reached. Check the connection and try again.</Trans>
    </Notice>
  );
}
