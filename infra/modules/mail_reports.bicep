// Delivery reports of e-mails: Event Grid puts them on a queue of the ledger's storage. It may do nothing else there.
param token string
param tags object
param communicationId string
param ledgerName string

var declared = loadJsonContent('../declared.json')
var role = declared.senderRoles.mailReports[0]

resource ledger 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: ledgerName
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' existing = {
  parent: ledger
  name: 'default'
}

resource reports 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' existing = {
  parent: queueService
  name: 'mail-reports'
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: 'evgt-credits-${token}'
  location: 'global'
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: communicationId
    topicType: 'Microsoft.Communication.CommunicationServices'
  }
}

resource rights 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: reports
  name: guid(reports.id, topic.id, declared.roleIds[role])
  properties: {
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', declared.roleIds[role])
  }
}

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'mail-reports'
  dependsOn: [rights]
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    filter: { includedEventTypes: ['Microsoft.Communication.EmailDeliveryReportReceived'] }
    deliveryWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      destination: {
        endpointType: 'StorageQueue'
        properties: {
          resourceId: ledger.id
          queueName: 'mail-reports'
        }
      }
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
  }
}
