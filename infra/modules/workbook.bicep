// A page with the service's metrics: Azure Monitor, Workbooks, "Communications Credits".
param location string
param tags object
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'communications-credits')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Communications Credits'
    category: 'workbook'
    sourceId: workspaceId
    version: 'Notebook/1.0'
    serializedData: loadTextContent('../workbook.json')
  }
}
