namespace AkkaCompute.Tests.Layering;

/// <summary>A type by the simple name of its assembly, its namespace, and its name; a nested type stands for the outermost one around it.</summary>
public readonly record struct TypeName(string Assembly, string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}.{Name}";
}

/// <summary>One type names another: in its base types, members, attributes, locals, or in the body of a method.</summary>
public readonly record struct Use(TypeName From, TypeName To);
