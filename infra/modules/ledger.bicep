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
param usageFilesKeepDays int = 90

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

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for container in declared.containers: {
    parent: blobService
    name: container
    properties: { publicAccess: 'None' }
  }
]

resource usageFiles 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = {
  parent: blobService
  name: 'usage-files'
}

// A file has been read after minutes; it is kept for a while, so that it can be read again after a correction.
resource retention 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'usage-files'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['usage-files/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: usageFilesKeepDays } } }
          }
        }
        {
          // Links to them expire after minutes; they hold whole phone numbers.
          name: 'exports'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['exports/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 1 } } }
          }
        }
      ]
    }
  }
  dependsOn: [blobService]
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

// They may also put large files of call records there.
resource fileSenderRights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for sender in usageSenderIds: {
    scope: usageFiles
    name: guid(usageFiles.id, sender, declared.roleIds[declared.senderRoles.usageFiles[0]])
    properties: {
      principalId: sender
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        declared.roleIds[declared.senderRoles.usageFiles[0]]
      )
    }
    dependsOn: [containers]
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
output blobServiceUri string = account.properties.primaryEndpoints.blob
