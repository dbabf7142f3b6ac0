import 'graphiql/style.css';
import './graphiql.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { speak } from '@/lib/i18n';
import { preferredLanguage } from '@/lib/language';
import { forgetUntouchedTabs } from '@/lib/memory';
import { GraphiqlPage } from './GraphiqlPage';

forgetUntouchedTabs();
await speak(preferredLanguage());
const root = document.getElementById('root');
if (!root) throw new Error('graphiql.html has no root');
createRoot(root).render(
  <StrictMode>
    <GraphiqlPage />
  </StrictMode>,
);
