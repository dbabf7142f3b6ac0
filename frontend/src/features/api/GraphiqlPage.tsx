import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { GraphiQL } from 'graphiql';
import { useEffect, useRef, useState } from 'react';
import { ask } from './ask';
import { type Caller, whoCalls } from './caller';
import { mend } from './mend';
import { useScheme } from './useScheme';

const FIRST_QUERY = `# Ctrl-Enter runs the operation,
# Ctrl-Space completes what you write.
# A token goes into "Headers" below:
# {"Authorization": "Bearer ..."}
query WhoAmI {
  viewer {
    name
    permissions
  }
}
`;

/** GraphiQL on this host's own API: as the signed-in person, or with a token written into the headers. */
export function GraphiqlPage() {
  const [caller, setCaller] = useState<Caller | null>(null);
  const scheme = useScheme();
  const room = useRef<HTMLElement>(null);
  useEffect(() => void whoCalls().then(setCaller), []);
  useEffect(() => (room.current ? mend(room.current) : undefined), []);

  return (
    <I18nProvider i18n={i18n}>
      <title>GraphiQL · OneBanner</title>
      <header className="graphiql-bar">
        <h1>GraphiQL</h1>
        <Bar caller={caller} />
      </header>
      <main className="graphiql-room" lang="en" ref={room}>
        {caller && (
          <GraphiQL
            fetcher={ask}
            defaultQuery={FIRST_QUERY}
            forcedTheme={scheme}
            shouldPersistHeaders={false}
            showPersistHeadersSettings={false}
          />
        )}
      </main>
    </I18nProvider>
  );
}

function Bar({ caller }: { caller: Caller | null }) {
  if (caller === 'operator') return <Trans>Operators' API. Write your token into “Headers”.</Trans>;
  return (
    <>
      <a href="/">
        <Trans>To the start page</Trans>
      </a>
      {caller === 'nobody' && (
        <span>
          <Trans>
            You are not signed in: <a href="/sign-in?next=%2Fgraphiql">sign in</a> or write a token into “Headers”.
          </Trans>
        </span>
      )}
    </>
  );
}
