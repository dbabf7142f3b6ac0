import {
  createBrowserHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from '@tanstack/react-router';
import { ownPath } from '@/lib/paths';
import { Waiting } from '@/ui/Waiting';
import { BrokenPage } from './BrokenPage';
import { MissingPage } from './MissingPage';
import { Shell } from './Shell';

const root = createRootRoute({ component: Shell, notFoundComponent: MissingPage });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('@/features/members/HomePage'), 'HomePage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    search.next === undefined ? {} : { next: ownPath(search.next) },
  component: lazyRouteComponent(() => import('@/features/accounts/SignInPage'), 'SignInPage'),
});

const passwordForgotten = createRoute({
  getParentRoute: () => root,
  path: '/password/forgotten',
  component: lazyRouteComponent(() => import('@/features/accounts/PasswordForgottenPage'), 'PasswordForgottenPage'),
});

const passwordReset = createRoute({
  getParentRoute: () => root,
  path: '/password/reset/$key',
  component: lazyRouteComponent(() => import('@/features/accounts/PasswordResetPage'), 'PasswordResetPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation/$token',
  component: lazyRouteComponent(() => import('@/features/members/InvitationPage'), 'InvitationPage'),
});

const survey = createRoute({
  getParentRoute: () => root,
  path: '/survey/$token',
  component: lazyRouteComponent(() => import('@/features/feedback/SurveyPage'), 'SurveyPage'),
});

const charter = createRoute({
  getParentRoute: () => root,
  path: '/charter',
  component: lazyRouteComponent(() => import('@/features/standards/CharterPage'), 'CharterPage'),
});

const secondStep = createRoute({
  getParentRoute: () => root,
  path: '/account/mfa',
  component: lazyRouteComponent(() => import('@/features/accounts/SecondStepPage'), 'SecondStepPage'),
});

const passwordChange = createRoute({
  getParentRoute: () => root,
  path: '/account/password',
  component: lazyRouteComponent(() => import('@/features/accounts/PasswordChangePage'), 'PasswordChangePage'),
});

const emailChange = createRoute({
  getParentRoute: () => root,
  path: '/account/email',
  component: lazyRouteComponent(() => import('@/features/accounts/EmailChangePage'), 'EmailChangePage'),
});

const emailConfirm = createRoute({
  getParentRoute: () => root,
  path: '/account/email/$key',
  component: lazyRouteComponent(() => import('@/features/accounts/EmailConfirmPage'), 'EmailConfirmPage'),
});

const passkeys = createRoute({
  getParentRoute: () => root,
  path: '/account/passkeys',
  component: lazyRouteComponent(() => import('@/features/accounts/PasskeysPage'), 'PasskeysPage'),
});

const routeTree = root.addChildren([
  home,
  signIn,
  passwordForgotten,
  passwordReset,
  invitation,
  survey,
  charter,
  secondStep,
  passwordChange,
  emailChange,
  emailConfirm,
  passkeys,
]);

/** Make the router; its history is the browser's, unless a test brings its own. */
export function makeRouter(history: RouterHistory = createBrowserHistory()) {
  return createRouter({
    routeTree,
    history,
    defaultPendingComponent: Waiting,
    defaultErrorComponent: BrokenPage,
    defaultPreload: 'intent',
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
