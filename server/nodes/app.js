const DEMO_ORIGIN = 'http://localhost:8080';

/** The origin of the app that makes the request. */
export function originOf({ req: { headers } }) {
  return URL.canParse(headers.origin) ? headers.origin : DEMO_ORIGIN;
}

/** The page of the app that comes next after an email or another provider. */
export function pageOf(context) {
  return originOf(context) + context.settings.returnPath;
}
