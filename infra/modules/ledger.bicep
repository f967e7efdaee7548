// The ledger's tables and queues. The code creates none of them; declared.json lists them all.
param name string
param location string
param tags object
param redundancy string
param locked bool
param identityPrincipalId string
param operatorId string
param operatorType string
param usageSenderIds array

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

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for table in declared.tables: {
    parent: tableService
    name: table
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for queue in declared.queues: {
    parent: queueService
    name: queue
  }
]

resource usage 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' existing = {
  parent: queueService
  name: 'usage'
}

resource rights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in declared.roles.ledger: {
    scope: account
    name: guid(account.id, identityPrincipalId, declared.roleIds[role])
    properties: {
      principalId: identityPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', declared.roleIds[role])
    }
  }
]

resource operatorRights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in (empty(operatorId) ? [] : declared.operatorRoles.ledger): {
    scope: account
    name: guid(account.id, operatorId, declared.roleIds[role])
    properties: {
      principalId: operatorId
      principalType: operatorType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', declared.roleIds[role])
    }
  }
]

// Telephony systems may put messages on this queue; they can read neither it nor the ledger.
resource senderRights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for sender in usageSenderIds: {
    scope: usage
    name: guid(usage.id, sender, declared.roleIds[declared.senderRoles.usage[0]])
    properties: {
      principalId: sender
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        declared.roleIds[declared.senderRoles.usage[0]]
      )
    }
    dependsOn: [queues]
  }
]

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  scope: account
  name: 'the-ledger-stays'
  properties: {
    level: 'CanNotDelete'
    notes: 'Tables and queues have no soft delete: deleting this account deletes what customers have paid.'
  }
}

output name string = account.name
output tableServiceUri string = account.properties.primaryEndpoints.table
output queueServiceUri string = account.properties.primaryEndpoints.queue
