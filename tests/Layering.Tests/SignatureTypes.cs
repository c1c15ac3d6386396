using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace AkkaCompute.Tests.Layering;

/// <summary>The named types within a signature, generic arguments and elements of arrays included.</summary>
internal sealed class SignatureTypes(Func<MetadataReader, EntityHandle, TypeName> name)
    : ISignatureTypeProvider<ImmutableHashSet<TypeName>, object?>
{
    private static readonly ImmutableHashSet<TypeName> _none = [];

    public ImmutableHashSet<TypeName> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        [name(reader, handle)];

    public ImmutableHashSet<TypeName> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        [name(reader, handle)];

    public ImmutableHashSet<TypeName> GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte kind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, context);

    public ImmutableHashSet<TypeName> GetGenericInstantiation(
        ImmutableHashSet<TypeName> genericType, ImmutableArray<ImmutableHashSet<TypeName>> typeArguments) =>
        genericType.Union(typeArguments.SelectMany(type => type));

    public ImmutableHashSet<TypeName> GetFunctionPointerType(MethodSignature<ImmutableHashSet<TypeName>> signature) =>
        signature.ReturnType.Union(signature.ParameterTypes.SelectMany(type => type));

    public ImmutableHashSet<TypeName> GetModifiedType(
        ImmutableHashSet<TypeName> modifier, ImmutableHashSet<TypeName> unmodifiedType, bool isRequired) => unmodifiedType.Union(modifier);

    public ImmutableHashSet<TypeName> GetArrayType(ImmutableHashSet<TypeName> elementType, ArrayShape shape) => elementType;

    public ImmutableHashSet<TypeName> GetByReferenceType(ImmutableHashSet<TypeName> elementType) => elementType;

    public ImmutableHashSet<TypeName> GetPinnedType(ImmutableHashSet<TypeName> elementType) => elementType;

    public ImmutableHashSet<TypeName> GetPointerType(ImmutableHashSet<TypeName> elementType) => elementType;

    public ImmutableHashSet<TypeName> GetSZArrayType(ImmutableHashSet<TypeName> elementType) => elementType;

    public ImmutableHashSet<TypeName> GetGenericMethodParameter(object? genericContext, int index) => _none;

    public ImmutableHashSet<TypeName> GetGenericTypeParameter(object? genericContext, int index) => _none;

    public ImmutableHashSet<TypeName> GetPrimitiveType(PrimitiveTypeCode typeCode) => _none;
}
