using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Whose document it is said to be, and the image of a face just taken. The image is cleared once the check is over (A9-5).</summary>
public sealed record HolderCheckRequest(DocumentKind Kind, string Number, string Name, byte[] Image)
{
    public override string ToString() => "sealed";
}

/// <summary>How sure the service is that the face is the document holder's, and that it was alive before the camera; each from 0 to 1.</summary>
public sealed record HolderCheckAnswer(double Score, double Liveness)
{
    public override string ToString() => "sealed";
}

/// <summary>
/// Compares a face with the one that the state holds for a document (modes R03 and R04). Where none is configured, those modes are not on
/// offer. An implementation keeps nothing and clears the image before it returns, whatever came of it: a face cannot be changed like a
/// password. One that cannot answer throws <see cref="IOException"/>.
/// </summary>
public interface IHolderCheck
{
    Task<HolderCheckAnswer> CompareAsync(HolderCheckRequest request, CancellationToken cancellationToken);
}
