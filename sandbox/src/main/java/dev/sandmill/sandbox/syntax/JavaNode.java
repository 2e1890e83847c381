package dev.sandmill.sandbox.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a Java file that declares something, or that says something about what the program does. Types and
/// expressions are told apart by where they stand, as in the language's grammar; the compiler's tree does not.
sealed interface JavaNode {
    /// Something that stands at a place.
    sealed interface Placed extends JavaNode {
        /// Index of the first character in the file.
        int start();
    }

    /// What the names inside of it are looked up in: a file, a type, a class without a name.
    final class Scope {
        private final @Nullable Scope around;

        Scope(@Nullable Scope around) {
            this.around = around;
        }

        @Nullable
        Scope around() {
            return around;
        }
    }

    /// @param name of a type, of a static member, or of a module, without the asterisk
    record Import(String name, boolean isStatic, boolean isAsterisk, boolean isModule, int start) implements Placed {}

    record Annotation(String name, Scope scope, int start) implements Placed {}

    /// @param type null for what is assigned to a variable
    /// @param value null where there is none
    record Variable(
            String name, @Nullable Type type, @Nullable Expression value) implements JavaNode {}

    record Method(String name, Type type, boolean isNative, int start) implements Placed {}

    record TypeParameter(String name) implements JavaNode {}

    /// A class, interface, enum or record.
    ///
    /// @param around what its name is known in without a doubt
    /// @param isEverywhere whether that is the whole program
    /// @param hashesByIdentity whether its objects may
    record DeclaredType(String name, Scope around, boolean isEverywhere, boolean hashesByIdentity)
            implements JavaNode {}

    sealed interface Type extends JavaNode {
        /// @param owner what stands before the last dot
        record Named(@Nullable Named owner, String name, Scope scope, int start) implements Type, Placed {}

        record Array(Type element) implements Type {}

        record Primitive() implements Type {}

        /// As of `var` and of a lambda's parameter: that of its value.
        record Inferred() implements Type {}

        /// `void`, wildcards, several types at once.
        record Other() implements Type {}
    }

    /// Where an expression stands in a larger one.
    enum Role {
        /// Before a dot: the larger one says more about it.
        OWNER,
        /// Compared, kept in a variable, or left.
        FOLLOWED,
        /// Goes where it is no longer followed.
        HANDED_ON
    }

    /// An expression; keeps what it was last evaluated to. Not thread-safe.
    abstract sealed class Expression implements Placed {
        private final int start;
        private @Nullable JavaEvaluation evaluation;
        private @Nullable Value value;

        private Expression(int start) {
            this.start = start;
        }

        @Override
        public int start() {
            return start;
        }

        /// What this evaluation made of it; null where it has not asked yet. Other files' imports give other values.
        @Nullable
        Value known(JavaEvaluation asking) {
            return evaluation == asking ? value : null;
        }

        void know(JavaEvaluation asking, Value found) {
            evaluation = asking;
            value = found;
        }
    }

    /// Of which nothing matters but its value.
    final class Constant extends Expression {
        final Value constant;

        Constant(Value constant, int start) {
            super(start);
            this.constant = constant;
        }
    }

    /// A text or character.
    final class Literal extends Expression {
        final String text;
        final boolean isCharacter;

        Literal(String text, boolean isCharacter, int start) {
            super(start);
            this.text = text;
            this.isCharacter = isCharacter;
        }
    }

    final class Name extends Expression {
        final String name;
        final Scope scope;
        final Role role;

        Name(String name, Scope scope, Role role, int start) {
            super(start);
            this.name = name;
            this.scope = scope;
            this.role = role;
        }
    }

    final class Field extends Expression {
        final Expression owner;
        final String name;
        final Role role;

        Field(Expression owner, String name, Role role) {
            super(owner.start());
            this.owner = owner;
            this.name = name;
            this.role = role;
        }
    }

    final class Call extends Expression {
        final @Nullable Expression owner;
        final String name;
        final List<Expression> arguments;
        final Role role;

        Call(@Nullable Expression owner, String name, List<Expression> arguments, Role role, int start) {
            super(start);
            this.owner = owner;
            this.name = name;
            this.arguments = arguments;
            this.role = role;
        }
    }

    final class Reference extends Expression {
        final Expression owner;
        final String name;

        Reference(Expression owner, String name) {
            super(owner.start());
            this.owner = owner;
            this.name = name;
        }
    }

    final class Creation extends Expression {
        final Type type;
        final List<Expression> arguments;

        Creation(Type type, List<Expression> arguments, int start) {
            super(start);
            this.type = type;
            this.arguments = arguments;
        }
    }

    final class ClassLiteral extends Expression {
        final Type type;
        final Role role;

        ClassLiteral(Type type, Role role, int start) {
            super(start);
            this.type = type;
            this.role = role;
        }
    }

    /// A type where an expression could stand: before `::`.
    final class TypeName extends Expression {
        final Type type;

        TypeName(Type type, int start) {
            super(start);
            this.type = type;
        }
    }

    /// All that one chain of `+` adds.
    final class Sum extends Expression {
        final List<Expression> operands;

        Sum(List<Expression> operands) {
            super(operands.getFirst().start());
            this.operands = operands;
        }
    }

    final class Choice extends Expression {
        final Expression one;
        final Expression other;

        Choice(Expression one, Expression other, int start) {
            super(start);
            this.one = one;
            this.other = other;
        }
    }

    final class Cast extends Expression {
        final Type type;
        final Expression inner;

        Cast(Type type, Expression inner, int start) {
            super(start);
            this.type = type;
            this.inner = inner;
        }
    }

    /// Has the value of a part of it: brackets, an assignment, an element of an array.
    final class Same extends Expression {
        final Expression inner;

        Same(Expression inner, int start) {
            super(start);
            this.inner = inner;
        }
    }
}
