export * from './ports.ts';
export { type Authenticate, searchRoutes } from './routes.ts';
export { type SearchParts, SearchService } from './service.ts';
