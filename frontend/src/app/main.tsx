import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app.css';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { speak } from '@/lib/i18n';
import { preferredLanguage } from '@/lib/language';
import { Providers } from './Providers';
import { makeRouter } from './router';

await speak(preferredLanguage());
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no root');
createRoot(root).render(
  <StrictMode>
    <Providers>
      <RouterProvider router={makeRouter()} />
    </Providers>
  </StrictMode>,
);
