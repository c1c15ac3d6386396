using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace AkkaCompute.Tests.Layering;

/// <summary>
/// All uses of types in one assembly, from its metadata and IL (ECMA-335): nothing is loaded, and what the compiler generates counts as
/// the type that it was generated for. Constants leave no trace in IL, so a room can read another's constant unseen.
/// </summary>
public sealed class AssemblyUses
{
    private readonly MetadataReader _reader;
    private readonly PEReader _image;
    private readonly SignatureTypes _types;
    private readonly HashSet<Use> _uses = [];
    private TypeName _from;

    private AssemblyUses(PEReader image)
    {
        _image = image;
        _reader = image.GetMetadataReader();
        _types = new SignatureTypes(Name);
    }

    public static IReadOnlySet<Use> Of(string path)
    {
        using var image = new PEReader(File.OpenRead(path));
        var uses = new AssemblyUses(image);
        foreach (var handle in uses._reader.TypeDefinitions)
            uses.Type(handle);
        return uses._uses;
    }

    private void Type(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        _from = Name(_reader, handle);
        Token(type.BaseType);
        foreach (var implementation in type.GetInterfaceImplementations())
            Token(_reader.GetInterfaceImplementation(implementation).Interface);
        Attributes(type.GetCustomAttributes());
        Generics(type.GetGenericParameters());
        foreach (var field in type.GetFields().Select(_reader.GetFieldDefinition))
        {
            Add(field.DecodeSignature(_types, null));
            Attributes(field.GetCustomAttributes());
        }
        foreach (var property in type.GetProperties())
            Attributes(_reader.GetPropertyDefinition(property).GetCustomAttributes());
        foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition))
            Method(method);
    }

    private void Method(MethodDefinition method)
    {
        Add(method.DecodeSignature(_types, null));
        Attributes(method.GetCustomAttributes());
        Generics(method.GetGenericParameters());
        foreach (var parameter in method.GetParameters())
            Attributes(_reader.GetParameter(parameter).GetCustomAttributes());
        if (method.RelativeVirtualAddress == 0)
            return;
        var body = _image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            Add(_reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_types, null).SelectMany(local => local));
        foreach (var region in body.ExceptionRegions)
            Token(region.CatchType);
        foreach (var token in Instructions.Tokens(body.GetILReader()))
            Token(token);
    }

    private void Generics(GenericParameterHandleCollection parameters)
    {
        foreach (var constraint in parameters.SelectMany(parameter => _reader.GetGenericParameter(parameter).GetConstraints()))
            Token(_reader.GetGenericParameterConstraint(constraint).Type);
    }

    private void Attributes(CustomAttributeHandleCollection attributes)
    {
        foreach (var attribute in attributes)
            Token(_reader.GetCustomAttribute(attribute).Constructor);
    }

    private void Token(EntityHandle token)
    {
        if (token.IsNil)
            return;
        switch (token.Kind)
        {
            case HandleKind.TypeDefinition or HandleKind.TypeReference:
                Add([Name(_reader, token)]);
                break;
            case HandleKind.TypeSpecification:
                Add(_reader.GetTypeSpecification((TypeSpecificationHandle)token).DecodeSignature(_types, null));
                break;
            case HandleKind.MethodDefinition:
                Token(_reader.GetMethodDefinition((MethodDefinitionHandle)token).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Token(_reader.GetFieldDefinition((FieldDefinitionHandle)token).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Token(_reader.GetMemberReference((MemberReferenceHandle)token).Parent);
                break;
            case HandleKind.MethodSpecification:
                var method = _reader.GetMethodSpecification((MethodSpecificationHandle)token);
                Token(method.Method);
                Add(method.DecodeSignature(_types, null).SelectMany(type => type));
                break;
            case HandleKind.StandaloneSignature:
                Add(_reader.GetStandaloneSignature((StandaloneSignatureHandle)token).DecodeMethodSignature(_types, null));
                break;
            case HandleKind.ModuleReference:
                break;
            default:
                throw new InvalidOperationException($"A token of kind {token.Kind} in {_from}.");
        }
    }

    private void Add(MethodSignature<ImmutableHashSet<TypeName>> signature)
    {
        Add(signature.ReturnType);
        Add(signature.ParameterTypes.SelectMany(type => type));
    }

    private void Add(IEnumerable<TypeName> types)
    {
        foreach (var type in types)
        {
            if (type != _from)
                _uses.Add(new Use(_from, type));
        }
    }

    private static TypeName Name(MetadataReader reader, EntityHandle handle)
    {
        if (handle.Kind == HandleKind.TypeDefinition)
        {
            var type = reader.GetTypeDefinition((TypeDefinitionHandle)handle);
            while (!type.GetDeclaringType().IsNil)
                type = reader.GetTypeDefinition(type.GetDeclaringType());
            return new TypeName(reader.GetString(reader.GetAssemblyDefinition().Name), reader.GetString(type.Namespace), reader.GetString(type.Name));
        }
        var reference = reader.GetTypeReference((TypeReferenceHandle)handle);
        while (reference.ResolutionScope.Kind == HandleKind.TypeReference)
            reference = reader.GetTypeReference((TypeReferenceHandle)reference.ResolutionScope);
        var assembly = reader.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope);
        return new TypeName(reader.GetString(assembly.Name), reader.GetString(reference.Namespace), reader.GetString(reference.Name));
    }
}
