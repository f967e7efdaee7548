// A further storage account for the ledger of new tenants (CreditsStorage__spread). It has the only table that grows with
// the calls; everything else stays in the first account (docs/scale.md).
param name string
param location string
param tags object
param redundancy string
param locked bool
param identityPrincipalId string
param operatorId string
param operatorType string

var declared = loadJsonContent('../declared.json')

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  // checkov:skip=CKV_AZURE_35:private networking is not there yet; only identities with a role have access
  // checkov:skip=CKV_AZURE_59:private networking is not there yet; only identities with a role have access
  // checkov:skip=CKV_AZURE_206:redundancy is a parameter; production takes Standard_GZRS
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: 'Enabled'
    supportsHttpsTrafficOnly: true
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = {
  parent: tableService
  name: declared.spreadTable
}

resource right 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, identityPrincipalId, declared.roleIds[declared.roles.furtherLedger[0]])
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      declared.roleIds[declared.roles.furtherLedger[0]]
    )
  }
}

resource operatorRight 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorId)) {
  scope: account
  name: guid(account.id, operatorId, declared.roleIds[declared.roles.furtherLedger[0]])
  properties: {
    principalId: operatorId
    principalType: operatorType
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      declared.roleIds[declared.roles.furtherLedger[0]]
    )
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  scope: account
  name: 'the-ledger-stays'
  properties: {
    level: 'CanNotDelete'
    notes: 'Tables have no soft delete: deleting this account deletes what customers have paid.'
  }
}
