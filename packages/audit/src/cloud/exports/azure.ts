import { isRecord, textIn, wordOf } from '../json/value.ts';
import type { CloudFile } from '../spot.ts';
import type { Resource } from '../terraform/resource.ts';
import { resource } from './resource.ts';

/**
 * Answers of `az storage account show` or `list`, of `az storage container list` and of
 * `az sql server firewall-rule list` and its kin, as resources.
 */
export function azureResources(
  file: CloudFile,
  document: unknown,
  path: (string | number)[] = [],
): Resource[] {
  if (Array.isArray(document)) {
    return path.length > 0 ? [] : document.flatMap((one, index) => azureResources(file, one, [index]));
  }
  if (!isRecord(document)) return [];
  const name = textIn(document.name);
  if (/^Microsoft\.Storage\/storageAccounts$/i.test(wordOf(document.type))) {
    const rules = isRecord(document.networkRuleSet) ? document.networkRuleSet : {};
    const values = {
      // Accounts from before December 2023 that never said otherwise allow it.
      allow_nested_items_to_be_public: document.allowBlobPublicAccess ?? true,
      https_traffic_only_enabled: document.enableHttpsTrafficOnly,
      public_network_access_enabled: document.publicNetworkAccess !== 'Disabled',
      network_rules: [{ default_action: rules.defaultAction }],
    };
    const places = {
      allow_nested_items_to_be_public: ['allowBlobPublicAccess'],
      https_traffic_only_enabled: ['enableHttpsTrafficOnly'],
      'network_rules.0.default_action': ['networkRuleSet', 'defaultAction'],
    };
    return [resource(file, 'azurerm_storage_account', name, values, path, places)];
  }
  if (typeof document.startIpAddress === 'string' && typeof document.endIpAddress === 'string') {
    const values = { start_ip_address: document.startIpAddress, end_ip_address: document.endIpAddress };
    const places = { start_ip_address: ['startIpAddress'], end_ip_address: ['endIpAddress'] };
    return [resource(file, 'azurerm_mssql_firewall_rule', name, values, path, places)];
  }
  const { properties } = document;
  if (!isRecord(properties) || !('publicAccess' in properties || 'hasImmutabilityPolicy' in properties))
    return [];
  const access =
    typeof properties.publicAccess === 'string' ? properties.publicAccess.toLowerCase() : 'private';
  const places = { container_access_type: ['properties', 'publicAccess'] };
  return [resource(file, 'azurerm_storage_container', name, { container_access_type: access }, path, places)];
}
