/** Only what the tests call; the package has no types. */
declare module 'oidc-provider';
