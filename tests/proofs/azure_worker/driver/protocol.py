"""The messages between Azure's host and its worker, as protobuf classes.

The descriptors are Microsoft's, compiled into `azure-functions-worker`, whose last release on the package index is from
2020. Fields that the worker uses here and that were added since are defined below with their published numbers.
Source: FunctionRpc.proto in Azure/azure-functions-language-worker-protobuf.
"""

import ast
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from types import SimpleNamespace

from google.protobuf import descriptor_pool, duration_pb2, message_factory, timestamp_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto

FILES = ("shared/NullableTypes_pb2.py", "identity/ClaimsIdentityRpc_pb2.py", "FunctionRpc_pb2.py")
"""Each file is listed after those that it imports."""

IMPORTED = (duration_pb2, timestamp_pb2)
"""Importing these modules adds them to the pool."""

PACKAGE = ".AzureFunctionsRpcMessages."
TYPES = {
    "string": FieldDescriptorProto.TYPE_STRING,
    "bool": FieldDescriptorProto.TYPE_BOOL,
    "int32": FieldDescriptorProto.TYPE_INT32,
}

SINCE_2020 = {
    "WorkerInitRequest": ("string worker_directory 4", "string function_app_directory 5"),
    "WorkerMetadata": (
        "string runtime_name 1",
        "string runtime_version 2",
        "string worker_version 3",
        "string worker_bitness 4",
        "map custom_properties 5",
    ),
    "WorkerInitResponse": ("WorkerMetadata worker_metadata 4",),
    "FunctionsMetadataRequest": ("string function_app_directory 1",),
    "RpcRetryOptions": (
        "int32 max_retry_count 2",
        ".google.protobuf.Duration delay_interval 3",
        ".google.protobuf.Duration minimum_interval 4",
        ".google.protobuf.Duration maximum_interval 5",
    ),
    "RpcFunctionMetadata": (
        "StatusResult status 8",
        "string language 9",
        "string* raw_bindings 10",
        "string function_id 13",
        "bool managed_dependency_enabled 14",
        "RpcRetryOptions retry_options 15",
        "map properties 16",
    ),
    "FunctionMetadataResponse": (
        "RpcFunctionMetadata* function_metadata_results 1",
        "StatusResult result 2",
        "bool use_default_metadata_indexing 3",
    ),
    "RetryContext": ("int32 retry_count 1", "int32 max_retry_count 2", "RpcException exception 3"),
    "InvocationRequest": ("RetryContext retry_context 6",),
    "StreamingMessage": (
        "FunctionsMetadataRequest functions_metadata_request 29",
        "FunctionMetadataResponse function_metadata_response 30",
    ),
}
"""Type (`*`: repeated; `map`: from text to text), name, number."""


@cache
def protos() -> SimpleNamespace:
    """Every message class by name, as the worker passes them to the runtime."""
    pool = descriptor_pool.Default()
    classes = {}
    for name in FILES:
        file = _published(name)
        if name == FILES[-1]:
            _bring_up_to_date(file)
        pool.Add(file)
        for message in pool.FindFileByName(file.name).message_types_by_name.values():
            classes[message.name] = message_factory.GetMessageClass(message)
    return SimpleNamespace(**classes)


def _published(name: str) -> FileDescriptorProto:
    """The descriptor compiled into a module that current protobuf versions cannot import."""
    path = distribution("azure-functions-worker").locate_file(f"azure_functions_worker/protos/{name}")
    words = [node for node in ast.walk(ast.parse(Path(str(path)).read_text())) if isinstance(node, ast.keyword)]
    compiled = next(word.value for word in words if word.arg == "serialized_pb")
    return FileDescriptorProto.FromString(ast.literal_eval(compiled))


def _bring_up_to_date(file: FileDescriptorProto) -> None:
    known = {message.name: message for message in file.message_type}
    for name, fields in SINCE_2020.items():
        message = known.get(name) or file.message_type.add(name=name)
        for field in fields:
            _add(message, *field.split())
    binding = known["ParameterBinding"]  # data became one of two ways to send a value
    binding.oneof_decl.add(name="rpc_data")
    next(field for field in binding.field if field.name == "data").oneof_index = 0


def _add(message: DescriptorProto, kind: str, name: str, number: str) -> None:
    many = kind == "map" or kind.endswith("*")
    field = message.field.add(name=name, number=int(number))
    field.label = FieldDescriptorProto.LABEL_REPEATED if many else FieldDescriptorProto.LABEL_OPTIONAL
    kind = _map(message, name) if kind == "map" else kind.rstrip("*")
    if kind in TYPES:
        field.type = TYPES[kind]
    else:
        field.type = FieldDescriptorProto.TYPE_MESSAGE
        field.type_name = kind if kind.startswith(".") else PACKAGE + kind
    if message.name == "StreamingMessage":
        field.oneof_index = 0


def _map(message: DescriptorProto, name: str) -> str:
    """The name of the entry type that protobuf generates for a map from text to text."""
    entry = message.nested_type.add(name="".join(part.capitalize() for part in name.split("_")) + "Entry")
    entry.options.map_entry = True
    for number, part in enumerate(("key", "value"), start=1):
        _add(entry, "string", part, str(number))
    return f"{message.name}.{entry.name}"
